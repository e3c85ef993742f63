/**
 * Loading a tenant that somebody has typed.
 *
 * It goes the way of a request, with all limits of the client: an id must match, `isKnownTenant` is asked, new tenants
 * are limited, and among tenants that nobody knows it evicts no one that exists. Besides, a console loads ten a minute.
 *
 * @module
 */
import { type AppConfigClient, type Clock, isAppConfigError } from '@appconfig-kit/core'
import type { Refusal, Subject } from './wire.ts'

const MOST_A_MINUTE = 10
const MINUTE_MS = 60_000

/** Loads a tenant, if it may be. @returns why it was not loaded. */
export type LoadTenant = (subject: Subject) => Promise<Refusal | undefined>

/** Counts loads from now on. */
export function loadingTenants(client: AppConfigClient<unknown>, clock: Clock): LoadTenant {
  let loadedAtMs: readonly number[] = []
  return async function loadTenant({ tenant, context }) {
    loadedAtMs = loadedAtMs.filter((atMs) => clock.now() - atMs < MINUTE_MS)
    if (loadedAtMs.length >= MOST_A_MINUTE)
      return {
        code: 'TOO_MANY',
        message: `A console loads ${MOST_A_MINUTE} tenants a minute. Wait a little.`,
      }
    loadedAtMs = [...loadedAtMs, clock.now()]
    try {
      await client.resolve(tenant, { context })
      return undefined
    } catch (error) {
      if (isAppConfigError(error)) return { code: error.code, message: error.problem }
      throw error
    }
  }
}
