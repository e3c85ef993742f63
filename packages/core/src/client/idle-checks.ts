/**
 * Evicting tenants that no request used for a while.
 *
 * @module
 */
import type { Settings } from '../options/options.ts'
import type { Admission } from '../tenants/admission.ts'
import type { TenantEntries } from '../tenants/tenant-entries.ts'

/** Evicts idle entries, four times in an idle time: at most a quarter of it too late. */
export interface IdleChecks {
  /** Checks if it is time to, for clients without timers. */
  checkIfDue(): void
  stop(): void
}

/** What idle checks look at. */
export interface IdleCheckPorts {
  readonly settings: Pick<Settings, 'clock' | 'idleTimeoutSeconds' | 'refresh'>
  readonly entries: Pick<TenantEntries, 'evictIdle'>
  readonly admission: Pick<Admission, 'forgetOutdated'>
}

/** Makes the checks, and begins them where timers may run. */
export function createIdleChecks({ settings, entries, admission }: IdleCheckPorts): IdleChecks {
  const { clock, idleTimeoutSeconds, refresh } = settings
  const everyMs = idleTimeoutSeconds * 250
  let dueAtMs = 0
  let cancel = (): void => {}

  function check(): void {
    entries.evictIdle()
    admission.forgetOutdated()
    if (refresh === 'interval') cancel = clock.schedule(everyMs, check)
    else dueAtMs = clock.now() + everyMs
  }
  if (refresh === 'interval') check()
  return {
    checkIfDue() {
      if (refresh === 'onRequest' && clock.now() >= dueAtMs) check()
    },
    stop: () => cancel(),
  }
}
