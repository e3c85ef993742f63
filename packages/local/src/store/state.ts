/**
 * The whole of one local AppConfig: its tables, its clock and its settings.
 *
 * Every operation is a plain function that takes this as its first argument. Changes are
 * gathered until {@link State.commit}, so that one operation is journalled as one unit.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '@appconfig-kit/core'
import type {
  AccountSettings,
  AlarmState,
  Application,
  Deployment,
  Environment,
  HostedVersion,
  Profile,
  Strategy,
} from '../resources/entities.ts'
import type { Settings } from '../settings.ts'
import type { Journal } from './journal.ts'
import { type Change, createTable, type Table } from './table.ts'

/** All tables that are kept. */
export interface Tables {
  readonly applications: Table<Application>
  readonly environments: Table<Environment>
  readonly profiles: Table<Profile>
  readonly versions: Table<HostedVersion>
  readonly strategies: Table<Strategy>
  readonly deployments: Table<Deployment>
  /** By ARN. */
  readonly tags: Table<Readonly<Record<string, string>>>
  /** By ARN. */
  readonly alarms: Table<AlarmState>
  /** `account`: the only one. */
  readonly account: Table<AccountSettings>
  /** `tokens`: what session tokens are sealed with, base64. */
  readonly secrets: Table<string>
}

/** The whole state of a local AppConfig: tables, clock, settings, and what is forgotten with the process. */
export interface State extends Tables {
  readonly clock: Clock
  readonly settings: Settings
  /** The serial number a session's next token must have; forgotten when the process ends. */
  readonly sessionSerials: Map<string, number>
  /** When an environment or a profile was last polled, by its path; forgotten when the process ends. */
  readonly polledAtMs: Map<string, number>
  /** Ticks that are being asked of extensions, by the key of the deployment; forgotten when the process ends. */
  readonly ticksInFlight: Map<string, Promise<void>>
  /** Whether extensions are asked: not before `startLocalAppConfig` has answered, nor after `close()`. */
  readonly life: { isOpen: boolean }
  /** Makes what was changed since the last call durable. To be called before anything is acknowledged. */
  commit(): void
}

/**
 * Makes a state.
 *
 * @param journal where it comes from and where its changes are kept; in memory only without one.
 */
export function createState(
  clock: Clock,
  settings: Settings,
  { kept = [], append }: Partial<Pick<Journal, 'kept' | 'append'>> = {},
): State {
  let pending: Change[] = []
  const table = <T>(name: keyof Tables): Table<T> => createTable(name, (change) => pending.push(change))

  const tables: Tables = {
    applications: table('applications'),
    environments: table('environments'),
    profiles: table('profiles'),
    versions: table('versions'),
    strategies: table('strategies'),
    deployments: table('deployments'),
    tags: table('tags'),
    alarms: table('alarms'),
    account: table('account'),
    secrets: table('secrets'),
  }
  restore(tables, kept)
  pending = []

  return {
    ...tables,
    clock,
    settings,
    sessionSerials: new Map(),
    polledAtMs: new Map(),
    ticksInFlight: new Map(),
    life: { isOpen: false },
    commit() {
      if (pending.length === 0) return
      // Kept before it is forgotten: what could not be written is written with the next change.
      append?.(pending)
      pending = []
    },
  }
}

function restore(tables: Tables, kept: readonly Change[]): void {
  const byName = tables as unknown as Readonly<Record<string, Table<unknown>>>
  for (const { table, key, entity } of kept) byName[table]?.put(key, entity)
}

/** The key that seals session tokens, made when first asked for. */
export function tokenSecret(state: State): Buffer {
  const kept = state.secrets.get('tokens')
  if (kept !== undefined) return Buffer.from(kept, 'base64')
  const secret = randomBytes(32)
  state.secrets.put('tokens', secret.toString('base64'))
  return secret
}
