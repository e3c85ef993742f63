/**
 * The names of what `telemetry` counts, as a gate's watches name them.
 *
 * @module
 */

/** `errors` are failed requests, `slow` are slow ones, and any other watch is an event of that name. */
export function metricOfWatch(watch: string): string {
  if (watch === 'errors') return 'failed'
  return watch === 'slow' ? 'slow' : metricOfEvent(watch)
}

/** The metric of an event: no event has the name of another metric. */
export function metricOfEvent(event: string): string {
  return `event.${event}`
}
