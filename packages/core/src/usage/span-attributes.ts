/**
 * The version of a request's configuration, for the request's span.
 *
 * @module
 */
import { notesOf } from '../config-notes.ts'
import { attributesOf } from './observe-usage.ts'

/**
 * Attributes for the span of a request, so that traces can be split by the version of a document: those of
 * {@link observeUsage}, `feature_flag.set.id` and `feature_flag.version`.
 *
 * @param config the request's: `req.config`.
 * @param profile of the document, as it is written in `layers`.
 * @returns nothing without the option `telemetry`, and for a document that is not counted: its name is computed, or the
 *   request has no configuration.
 * @example
 * trace.getActiveSpan()?.setAttributes(spanAttributes(req.config, 'default'))
 */
export function spanAttributes(config: unknown, profile: string): Record<string, string> {
  const count = notesOf(config)?.usage?.counts.find(({ document }) => document.profile === profile)
  return count === undefined ? {} : attributesOf({ ...count.document, version: count.version })
}
