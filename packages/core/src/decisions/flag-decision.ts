/**
 * A decision about a flag, as the event `decision` tells it.
 *
 * @module
 */
import type { JsonValue } from '../json.ts'
import type { DocumentId } from '../sources/source.ts'

/**
 * Why a flag is as it is, in the words of OpenFeature and of OpenTelemetry's semantic conventions.
 *
 * `static`: the document says so for everybody; `targeting_match`: a rule held, or a tester's override; `split`: a rule
 * with a percentage held; `default`: no rule held, or the option `defaults` stands in for a configuration that is not to
 * be had; `disabled`: the flag is switched off; `stale`: a document is old, because polls fail or it comes from the
 * backup; `unknown`: AppConfig or its Agent chose the variant, and don't say why; `error`: there is no such flag.
 */
export type DecisionReason =
  | 'static'
  | 'targeting_match'
  | 'split'
  | 'default'
  | 'disabled'
  | 'stale'
  | 'unknown'
  | 'error'

/** What was decided about one flag for one request. */
export interface FlagDecision {
  /** The flag's name, of which the first 128 characters are told. */
  readonly flag: string
  /** Whether it is on; undefined for what is no flag, such as a text or a missing key. */
  readonly enabled: boolean | undefined
  /** The variant that was chosen; undefined for a flag without any. */
  readonly variant: string | undefined
  /** Why. */
  readonly reason: DecisionReason
  /**
   * The layer that won, the highest that has the flag: its profile; `defaults` for the option of that name; `override`
   * for a tester's override. Undefined where there is no such flag.
   */
  readonly layer: string | undefined
  /**
   * The document of that layer; undefined where it has none. Where its name is computed from the tenant's id, `{id}`
   * stands for that, unless the option `telemetry.decisions.tenant` is `plain`.
   */
  readonly document: Pick<DocumentId, 'application' | 'environment' | 'profile'> | undefined
  /** The version of that document: its label, or its revision where it has none. */
  readonly version: string | undefined
  /**
   * Whose request it was: the SHA-256 of the tenant's id in hexadecimal, or as `telemetry.decisions` says; undefined for
   * a request without a tenant.
   */
  readonly tenant: string | undefined
  /** What the flag holds; there with the option `telemetry.decisions.values` only. */
  readonly value?: JsonValue
}
