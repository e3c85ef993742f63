/**
 * The handlers of a route of Fastify.
 *
 * @module
 */
import { OptionsError } from '@appconfig-kit/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A handler of a route, with whatever types the route's schema gives it. */
export type Handler = (this: never, request: never, reply: never) => unknown

/** The same, as Fastify calls it. */
export type Callable = (this: FastifyInstance, request: FastifyRequest, reply: FastifyReply) => unknown

/** @throws {OptionsError} `OPTIONS_INVALID` for a list: a route of Fastify has one handler. */
export function onlyHandler(asking: string, handlers: readonly Handler[]): Callable {
  const [handler, ...others] = handlers
  if (others.length === 0) return handler as Callable
  throw new OptionsError(
    'OPTIONS_INVALID',
    `${asking} must be one handler, got ${handlers.length}. Put what runs before a handler into the preHandler hooks of the route`,
  )
}
