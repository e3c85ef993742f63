/**
 * What OpenTelemetry's semantic conventions say of the event `feature_flag.evaluation`, as data.
 *
 * Source: github.com/open-telemetry/semantic-conventions at 01d94504d2ec9a5653a5bde13908bc933d96ff29,
 * docs/feature-flags/feature-flags-events.md, where the event is a release candidate; levels also in
 * model/feature-flags/events.yaml at 6ab57a4032477f482de2de863f8f771ee7312494. The names are checked against the
 * constants of the npm package @opentelemetry/semantic-conventions, too.
 */
export interface Convention {
  readonly type: 'string' | 'any'
  /** Conditions: of an error; of a flag that has a variant, or none. */
  readonly level:
    | 'required'
    | 'recommended'
    | 'if-variant'
    | 'if-no-variant'
    | 'if-error'
    | 'recommended-if-error'
  /** Well-known values: if one applies it must be used. */
  readonly values?: readonly string[]
}

export const EVENT_NAME = 'feature_flag.evaluation'

export const CONVENTIONS: Readonly<Record<string, Convention>> = {
  'feature_flag.key': { type: 'string', level: 'required' },
  'feature_flag.result.variant': { type: 'string', level: 'if-variant' },
  'feature_flag.result.value': { type: 'any', level: 'if-no-variant' },
  'feature_flag.result.reason': {
    type: 'string',
    level: 'recommended',
    values: [
      'static',
      'default',
      'targeting_match',
      'split',
      'cached',
      'disabled',
      'unknown',
      'stale',
      'error',
    ],
  },
  'feature_flag.provider.name': { type: 'string', level: 'recommended' },
  'feature_flag.context.id': { type: 'string', level: 'recommended' },
  'feature_flag.set.id': { type: 'string', level: 'recommended' },
  'feature_flag.version': { type: 'string', level: 'recommended' },
  'error.type': {
    type: 'string',
    level: 'if-error',
    values: [
      'flag_not_found',
      'invalid_context',
      'parse_error',
      'provider_fatal',
      'provider_not_ready',
      'targeting_key_missing',
      'type_mismatch',
      'general',
    ],
  },
  'error.message': { type: 'string', level: 'recommended-if-error' },
}
