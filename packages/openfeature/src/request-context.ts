/**
 * A request as a part of an evaluation context, for applications without async context.
 *
 * @module
 */
import { RESERVED_KEYS } from '@appconfig-kit/core/adapter'
import type { EvaluationContext } from '@openfeature/server-sdk'

/** A symbol: no query, header or JSON body becomes one, and the SDK copies it when it merges contexts. */
const REQUEST = Symbol.for('appconfig-kit.openfeature.request')

/**
 * The evaluation context of a request: flags are those of its tenant. For an invocation, a client or a transaction
 * context; not needed where the option `asyncContext` is on.
 *
 * @param request that passed the middleware: Express's or Node's own, Koa's context, Fastify's request.
 * @example
 * const isOn = await flags.getBooleanValue('featureA', false, requestContext(req))
 */
export function requestContext(request: object): EvaluationContext {
  return { [REQUEST]: request } as EvaluationContext
}

/** The request a context was made of; undefined for one that is of none. */
export function requestOf(context: EvaluationContext): object | undefined {
  const request: unknown = (context as { readonly [REQUEST]?: unknown })[REQUEST]
  if (typeof request !== 'object' || request === null) return undefined
  const { req, raw } = request as { readonly req?: unknown; readonly raw?: unknown }
  // Koa's context and Fastify's request wrap Node's, which is what is remembered.
  for (const inner of [raw, req]) if (typeof inner === 'object' && inner !== null) return inner
  return request
}

/** What rules may look at of an evaluation context. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

/** What rules may look at of an evaluation context; undefined for an empty one. */
export function attributesOf(context: EvaluationContext): Attributes | undefined {
  const keys = Object.keys(context)
  if (keys.length === 0) return undefined
  const attributes: Record<string, string | number | boolean> = {}
  for (const key of keys) {
    if (RESERVED_KEYS.includes(key) || key === '__proto__') continue
    const value = context[key]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      attributes[key] = value
    else if (value instanceof Date && !Number.isNaN(value.getTime())) attributes[key] = value.toISOString()
  }
  return attributes
}
