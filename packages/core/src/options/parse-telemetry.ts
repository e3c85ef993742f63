/**
 * Parsing the option `telemetry`.
 *
 * @module
 */
import type { DecisionOptions, DecisionSettings } from '../decisions/options.ts'
import { OptionsError } from '../errors.ts'
import { isKey, KEY_FORM } from '../overrides/override-token.ts'
import type { TelemetryOptions, TelemetrySettings } from '../usage/options.ts'
import { refuseUnknownOptions } from './known-options.ts'
import { refuseUnless } from './refuse-unless.ts'

const NAMES = ['slowMs', 'events', 'decisions']
const EVENT_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/
/** Each event is a series for every version of every document. */
const MOST_EVENTS = 20

/** @throws {OptionsError} `OPTIONS_INVALID`. */
export function parseTelemetry(options: TelemetryOptions | undefined): TelemetrySettings | undefined {
  if (options === undefined) return undefined
  refuseUnknownOptions('telemetry', options, NAMES)
  const { slowMs = 1000, events = [] } = options
  refuseUnless(
    Number.isInteger(slowMs) && slowMs >= 1,
    'telemetry.slowMs',
    'a whole number of at least 1',
    slowMs,
  )
  refuseUnless(
    Array.isArray(events) && events.length <= MOST_EVENTS && new Set(events).size === events.length,
    'telemetry.events',
    `a list of at most ${MOST_EVENTS} different names`,
    events,
  )
  for (const name of events)
    refuseUnless(
      typeof name === 'string' && EVENT_NAME.test(name),
      'telemetry.events',
      `names that match ${EVENT_NAME}`,
      name,
    )
  return { slowMs, events: [...events], decisions: parseDecisions(options.decisions) }
}

/** What is told of decisions where no option says otherwise. */
export const DEFAULT_DECISIONS: DecisionSettings = { tenant: 'hashed', key: undefined, values: false }

function parseDecisions(options: DecisionOptions | undefined): DecisionSettings {
  if (options === undefined) return DEFAULT_DECISIONS
  refuseUnknownOptions('telemetry.decisions', options, ['tenant', 'key', 'values'])
  const { tenant = 'hashed', key, values = false } = options
  refuseUnless(
    tenant === 'hashed' || tenant === 'plain',
    'telemetry.decisions.tenant',
    "'hashed' or 'plain'",
    tenant,
  )
  refuseUnless(typeof values === 'boolean', 'telemetry.decisions.values', 'true or false', values)
  // Not by `refuseUnless`, which quotes what it got: a short secret is a secret.
  if (key !== undefined && !isKey(key))
    throw new OptionsError('OPTIONS_INVALID', `the option telemetry.decisions.key must be ${KEY_FORM}`)
  refuseUnless(
    key === undefined || tenant === 'hashed',
    'telemetry.decisions.tenant',
    "'hashed' with a key",
    tenant,
  )
  return { tenant, key, values }
}
