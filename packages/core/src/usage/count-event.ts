/**
 * Events of the application, counted for the versions that a request was configured by.
 *
 * @module
 */
import { notesOf } from '../config-notes.ts'
import { OptionsError, quoted } from '../errors.ts'

/**
 * Counts an event, such as an order, for the versions of the documents that made this configuration: then
 * {@link AppConfigClient.usage} shows whether a new version has fewer of them.
 *
 * Does nothing where the client's option `telemetry` is not given.
 *
 * @param config the request's: `req.config`.
 * @param name one of `telemetry.events`.
 * @throws {OptionsError} `OPTIONS_INVALID` for a name that is none of them.
 * @example
 * countEvent(req.config, 'checkout')
 */
export function countEvent(config: unknown, name: string): void {
  const notes = notesOf(config)
  const usage = notes?.usage
  if (usage === undefined) return
  if (!usage.counter.isEvent(name))
    throw new OptionsError(
      'OPTIONS_INVALID',
      `countEvent got ${quoted(name)}, which is no event of the option telemetry. Add it to telemetry.events`,
    )
  usage.counter.addEvent(usage.counts, name)
}
