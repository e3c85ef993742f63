/**
 * The option `telemetry`: what is counted of requests.
 *
 * @module
 */

import type { DecisionOptions, DecisionSettings } from '../decisions/options.ts'

/** Options of counting, and of what is told of decisions. */
export interface TelemetryOptions {
  /** Milliseconds from which on a request counts as slow. @default 1000 */
  readonly slowMs?: number
  /** The names that {@link countEvent} takes, at most 20. @default none */
  readonly events?: readonly string[]
  /** What the event `decision` tells of tenants and values. @default tenants hashed, no values */
  readonly decisions?: DecisionOptions
}

/** The option, checked and complete. */
export interface TelemetrySettings {
  readonly slowMs: number
  readonly events: readonly string[]
  readonly decisions: DecisionSettings
}
