/**
 * The option `telemetry`: what is counted of requests.
 *
 * @module
 */

/** Options of counting. */
export interface TelemetryOptions {
  /** Milliseconds from which on a request counts as slow. @default 1000 */
  readonly slowMs?: number
  /** The names that {@link countEvent} takes, at most 20. @default none */
  readonly events?: readonly string[]
}

/** The option, checked and complete. */
export interface TelemetrySettings {
  readonly slowMs: number
  readonly events: readonly string[]
}
