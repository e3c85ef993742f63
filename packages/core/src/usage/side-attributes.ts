/**
 * Which side of a flag answered a request, for the request's span.
 *
 * @module
 */
import { findDecision } from '../requests/decisions.ts'

/**
 * Attributes for the span of a request that `flagged` answers: `appconfig_kit.flagged.featureA`, with `old` or `new`.
 * They are there from when the side begins to run.
 *
 * @param request Node's own: `req` of Express, `ctx.req` of Koa, `request.raw` of Fastify.
 * @returns nothing without the option `telemetry`, and for a request that no flag has sent to a side.
 * @example
 * trace.getActiveSpan()?.setAttributes(sideAttributes(req))
 */
export function sideAttributes(request: object): Record<string, string> {
  const sides = findDecision(request)?.sides ?? []
  return Object.fromEntries(sides.map(({ flag, side }) => [`appconfig_kit.flagged.${flag}`, side]))
}
