/**
 * From an answer of Prometheus to series.
 *
 * @module
 */
import { metricOfEvent } from '../metrics/metric-of-watch.ts'
import { MetricsError } from '../metrics/metrics-error.ts'
import type { Series } from './increments.ts'
import { type Points, pointAt } from './points.ts'
import { COUNTER_OF_METRIC } from './selector.ts'

/** Labels that tell the counters of one process from each other. */
const COUNTER_LABELS = ['__name__', 'feature_flag_version', 'appconfig_kit_event']

/**
 * The series of an answer to `query_range`.
 *
 * @param answer parsed, and not yet trusted.
 * @throws {MetricsError} `METRICS_UNREADABLE`
 */
export function readAnswer(answer: unknown, points: Points): Series[] {
  const { status, data, warnings } = objectOf(answer)
  if (status !== 'success') throw unreadable('an answer without success')
  if (Array.isArray(warnings) && warnings.length > 0) {
    throw unreadable('an answer with warnings: a part of the data may be missing')
  }
  const { resultType, result } = objectOf(data)
  if (resultType !== 'matrix' || !Array.isArray(result)) throw unreadable('something other than a matrix')
  return result.flatMap((each): Series[] => {
    const { metric, values } = objectOf(each)
    const labels = objectOf(metric)
    const name = counterOf(labels)
    const version = labels['feature_flag_version']
    if (name === undefined || typeof version !== 'string') return []
    return [{ process: processOf(labels), version, counter: name, values: readValues(values, points) }]
  })
}

function counterOf(labels: Readonly<Record<string, unknown>>): string | undefined {
  const counter = COUNTER_OF_METRIC[String(labels['__name__'])]
  if (counter !== 'events') return counter
  const event = labels['appconfig_kit_event']
  return typeof event === 'string' ? metricOfEvent(event) : undefined
}

function processOf(labels: Readonly<Record<string, unknown>>): string {
  const rest = Object.entries(labels).filter(([name]) => !COUNTER_LABELS.includes(name))
  return JSON.stringify(rest.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function readValues(values: unknown, points: Points): ReadonlyMap<number, number> {
  if (!Array.isArray(values)) throw unreadable('a series without values')
  const read = new Map<number, number>()
  for (const pair of values) {
    const [seconds, text] = Array.isArray(pair) ? pair : []
    if (typeof seconds !== 'number' || typeof text !== 'string') throw unreadable('a value that is none')
    const at = pointAt(points, seconds * 1000)
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (at !== undefined) read.set(at, value >= 0 ? value : Number.NaN)
  }
  return read
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable('something other than its API promises')
  }
  return value as Readonly<Record<string, unknown>>
}

function unreadable(what: string): MetricsError {
  return new MetricsError('METRICS_UNREADABLE', `Prometheus gave ${what}.`)
}
