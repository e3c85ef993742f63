/**
 * The series of a document's counters, in PromQL.
 *
 * The names are those that OpenTelemetry's exporter for Prometheus makes of `observeUsage`.
 *
 * @module
 */
import type { CountsQuery } from '../gate/counts.ts'

/** The counters, by the name of the metric. `events` has a series for each event. */
export const COUNTER_OF_METRIC: Readonly<Record<string, 'requests' | 'failed' | 'slow' | 'events'>> = {
  appconfig_kit_requests_total: 'requests',
  appconfig_kit_requests_failed_total: 'failed',
  appconfig_kit_requests_slow_total: 'slow',
  appconfig_kit_events_total: 'events',
}

/** A selector of every counter of a document, whatever its versions and events are. */
export function selectorOf({
  application,
  environment,
  profile,
}: Pick<CountsQuery, 'application' | 'environment' | 'profile'>): string {
  const set = quoted(`${application}/${environment}/${profile}`)
  return `{__name__=~"${Object.keys(COUNTER_OF_METRIC).join('|')}",feature_flag_set_id=${set}}`
}

/** A string of PromQL, whose escapes are those of Go. */
function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  // A line break ends a string of PromQL; other control characters are taken as they are.
  return `"${escaped.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`
}
