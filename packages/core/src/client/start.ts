/**
 * The start of a client: loading the layers that need no tenant.
 *
 * @module
 */
import type { ErrorCode } from '../errors.ts'
import type { Emitter } from '../events.ts'
import type { Settings } from '../options/options.ts'
import { type TenantEntry, unloaded } from '../tenants/tenant-entry.ts'
import { unavailable } from './cold-loads.ts'
import type { Deadlines } from './deadlines.ts'
import { closedError } from './errors.ts'
import { untilDue } from './retries.ts'
import { settle } from './settle.ts'
import type { Updates } from './updates.ts'

/** The parts of a client that its start needs. */
export interface StartPorts {
  readonly settings: Settings
  readonly tenantless: TenantEntry
  readonly needsTenant: boolean
  readonly updates: Updates
  readonly emitter: Emitter
  readonly deadlines: Deadlines
  readonly isClosed: () => boolean
}

/** Errors that `start` does not wait out: they do not pass by themselves. */
const LASTING: readonly ErrorCode[] = [
  'DOCUMENT_ABSENT',
  'DOCUMENT_INVALID',
  'DOCUMENT_TOO_LARGE',
  'CONFIG_INVALID',
  'DIRECTORY_MISSING',
]

/**
 * Loads the layers that need no tenant.
 *
 * @throws {UnavailableError} `CONFIG_UNAVAILABLE` when they can't be loaded or `startTimeoutMs` is over;
 * `CLIENT_CLOSED`.
 */
export async function start(ports: StartPorts): Promise<void> {
  const { settings, tenantless, needsTenant, updates, emitter, deadlines, isClosed } = ports
  const deadline = deadlines.after(settings.startTimeoutMs)
  try {
    while (!isClosed()) {
      const outcome = nextOutcome(emitter)
      try {
        await settle(tenantless, updates, deadline.over, isClosed)
        if (isClosed()) break
        const missing = unloaded(tenantless)
        const error = missing ?? tenantless.error
        const isLoaded = tenantless.snapshot !== undefined && missing === undefined
        if (isLoaded || (error?.code === 'CONFIG_INVALID' && needsTenant)) return
        if (deadline.isOver || (error && LASTING.includes(error.code) && !isRestored(tenantless)))
          throw unavailable({ ...tenantless, error }, settings.clock)
        if (settings.refresh === 'onRequest') await untilDue(tenantless, settings, deadlines, deadline)
        else await Promise.race([outcome.happened, deadline.over])
      } finally {
        outcome.stopListening()
      }
    }
    throw closedError()
  } finally {
    deadline.cancel()
  }
}

/** Whether some document comes from the backup: what is wrong then passes once AppConfig answers. */
function isRestored({ documents }: TenantEntry): boolean {
  return documents.some(({ state }) => state.restoredFromMs !== undefined && state.checkedAtMs === undefined)
}

/** Resolves at the next outcome of a poll, good or bad. */
function nextOutcome(emitter: Emitter): { happened: Promise<void>; stopListening: () => void } {
  let offs: (() => void)[] = []
  const happened = new Promise<void>((resolve) => {
    offs = (['change', 'failure', 'rejected'] as const).map((name) => emitter.on(name, () => resolve()))
  })
  return {
    happened,
    stopListening() {
      for (const off of offs) off()
    },
  }
}
