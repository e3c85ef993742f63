/**
 * Deletion protection: resources that clients poll are not deleted by mistake.
 *
 * The account's setting is off by default, and a single deletion may ask for the check or bypass it. The
 * record of polled environments and profiles is lost when the process ends: it is not worth a write to disk
 * per poll.
 *
 * @module
 */

import { badRequest } from '../errors.ts'
import type { State } from '../store/state.ts'
import type { AccountSettings, Environment, Profile } from './entities.ts'
import { isObject, type Members, optionalBoolean, optionalNumber, optionalText } from './members.ts'

const MINUTE_MS = 60_000
const NEW_FOR_MS = 60 * MINUTE_MS
const PERIOD = { min: 15, max: 1440 }
const CHECK = { oneOf: ['ACCOUNT_DEFAULT', 'APPLY', 'BYPASS'] }
const ACCOUNT = 'account'
const DEFAULTS: AccountSettings = { DeletionProtection: { Enabled: false, ProtectionPeriodInMinutes: 60 } }

/** GetAccountSettings. Protection is off, and its period 60 minutes, until they are changed. */
export function getAccountSettings(state: State): AccountSettings {
  return state.account.get(ACCOUNT) ?? DEFAULTS
}

/** UpdateAccountSettings. Members that are not given stay as they are. */
export function updateAccountSettings(state: State, members: Members): AccountSettings {
  const { DeletionProtection } = getAccountSettings(state)
  const given = members['DeletionProtection'] ?? {}
  if (!isObject(given)) throw badRequest('DeletionProtection must be an object.')
  const updated: AccountSettings = {
    DeletionProtection: {
      Enabled: optionalBoolean(given, 'Enabled') ?? DeletionProtection.Enabled,
      ProtectionPeriodInMinutes:
        optionalNumber(given, 'ProtectionPeriodInMinutes', PERIOD) ??
        DeletionProtection.ProtectionPeriodInMinutes,
    },
  }
  state.account.put(ACCOUNT, updated)
  return updated
}

/** Remembers that a client asked for the configuration of these resources, given by their paths. */
export function polled(state: State, ...paths: readonly string[]): void {
  for (const path of paths) state.polledAtMs.set(path, state.clock.now())
}

/**
 * Refuses to delete what was polled within the protection period. What is younger than an hour is
 * left out, unless the request asks for the check with `APPLY`.
 */
export function refuseWhilePolled(
  state: State,
  members: Members,
  { Id, createdAtMs }: Environment | Profile,
  path: string,
): void {
  const check = optionalText(members, 'DeletionProtectionCheck', CHECK) ?? 'ACCOUNT_DEFAULT'
  const { Enabled, ProtectionPeriodInMinutes } = getAccountSettings(state).DeletionProtection
  const now = state.clock.now()
  const byDefault = Enabled && now - createdAtMs >= NEW_FOR_MS
  if (check === 'BYPASS' || (check === 'ACCOUNT_DEFAULT' && !byDefault)) return
  const polledAtMs = state.polledAtMs.get(path)
  if (polledAtMs === undefined || now - polledAtMs >= ProtectionPeriodInMinutes * MINUTE_MS) return
  throw badRequest(
    `Cannot delete ${Id}: it was polled within the last ${ProtectionPeriodInMinutes} minutes and is under deletion protection. To delete it all the same, set DeletionProtectionCheck to BYPASS.`,
  )
}
