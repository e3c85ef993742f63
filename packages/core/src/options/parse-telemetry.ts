/**
 * Parsing the option `telemetry`.
 *
 * @module
 */
import type { TelemetryOptions, TelemetrySettings } from '../usage/options.ts'
import { refuseUnknownOptions } from './known-options.ts'
import { refuseUnless } from './refuse-unless.ts'

const NAMES = ['slowMs', 'events']
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
  return { slowMs, events: [...events] }
}
