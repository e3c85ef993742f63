/**
 * Faults on demand: failures between a client and AppConfig, for tests.
 *
 * A fault that answers in AppConfig's place, drops the connection or hangs takes effect before the operation:
 * nothing happens and no token is spent. One that spoils the answer (`body`, `truncate`) lets the operation
 * happen; what it withheld is served at the session's next poll.
 *
 * @module
 */
import type { Clock } from '@appconfig-kit/core'
import { LocalAppConfigError } from '../errors.ts'
import type { Target } from './calls.ts'

/**
 * A fault: which calls it affects, what it does to them, and for how long. It needs one effect: `status`,
 * `problem`, `body`, `truncate`, `drop`, `hang` or `latencyMs`.
 */
export interface Fault {
  /** Which operation, by the name {@link Call.operation} has; every operation when absent. */
  readonly operation?: string | undefined
  /** Only calls about these names; a part that is absent matches everything. */
  readonly target?: Target | undefined

  /** Answered instead, with an error of AppConfig's form. */
  readonly status?: number | undefined
  /**
   * The exception's name.
   *
   * @default by `status`: `ThrottlingException` for 429, `InternalServerException` for 500, …
   */
  readonly errorType?: string | undefined
  /** Answered instead: the `BadRequestException` that says this about the token. */
  readonly problem?: 'Corrupted' | 'Expired' | 'PollIntervalNotSatisfied' | undefined

  /** Served with 200 in place of the content; garbage, or something very large. */
  readonly body?: string | Uint8Array | undefined
  /** Whether the connection ends in the middle of the answer. */
  readonly truncate?: boolean | undefined
  /** Whether the connection is destroyed instead of answered. */
  readonly drop?: boolean | undefined
  /** Whether the call is never answered, until `close()`. */
  readonly hang?: boolean | undefined
  /** How much later the answer comes, in milliseconds of real time; alone or with another effect. */
  readonly latencyMs?: number | undefined

  /**
   * How many calls it hits before it is gone.
   *
   * @default Infinity
   */
  readonly times?: number | undefined
  /**
   * How long it lasts, in milliseconds on the local AppConfig's clock.
   *
   * @default Infinity
   */
  readonly forMs?: number | undefined
}

/** The faults of a running local AppConfig. */
export interface Faults {
  /**
   * Makes calls fail from now on. Of several faults that match, the oldest has effect.
   *
   * @returns a function that removes it.
   * @throws {LocalAppConfigError} `OPTION_INVALID` if it would have no effect.
   */
  add(fault: Fault): () => void
  /** Removes all of them. */
  clear(): void
}

/** The faults, and the question which of them hits a call. */
export interface FaultBox {
  readonly faults: Faults
  /** The fault that hits this call, counted as used. */
  hit(operation: string, target: Target): Fault | undefined
}

/** Makes an empty box. */
export function createFaultBox(clock: Clock): FaultBox {
  const active = new Set<{ readonly fault: Fault; readonly untilMs: number; timesLeft: number }>()

  return {
    faults: {
      add(fault) {
        refuseIneffective(fault)
        const { times = Number.POSITIVE_INFINITY, forMs = Number.POSITIVE_INFINITY } = fault
        const entry = { fault: { ...fault }, timesLeft: times, untilMs: clock.now() + forMs }
        active.add(entry)
        return function remove() {
          active.delete(entry)
        }
      },
      clear: () => active.clear(),
    },
    hit(operation, target) {
      for (const entry of active) {
        if (clock.now() >= entry.untilMs) active.delete(entry)
        else if (matches(entry.fault, operation, target)) {
          entry.timesLeft -= 1
          if (entry.timesLeft <= 0) active.delete(entry)
          return entry.fault
        }
      }
      return undefined
    },
  }
}

function matches(fault: Fault, operation: string, target: Target): boolean {
  if (fault.operation !== undefined && fault.operation !== operation) return false
  const { application, environment, profile } = fault.target ?? {}
  return (
    (application === undefined || application === target.application) &&
    (environment === undefined || environment === target.environment) &&
    (profile === undefined || profile === target.profile)
  )
}

function refuseIneffective(fault: Fault): void {
  const { status, problem, body, truncate, drop, hang, latencyMs } = fault
  const effects = [status, problem, body, truncate, drop, hang, latencyMs]
  if (effects.every((effect) => effect === undefined || effect === false)) {
    throw new LocalAppConfigError(
      'OPTION_INVALID',
      'faults.add: the fault has no effect; give it status, problem, body, truncate, drop, hang or latencyMs.',
    )
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599)) {
    throw new LocalAppConfigError(
      'OPTION_INVALID',
      `faults.add: status is ${status}; give one of 400 to 599.`,
    )
  }
}
