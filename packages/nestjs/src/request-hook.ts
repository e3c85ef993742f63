/**
 * The hook that decides requests: after the body was parsed, before everything that Nest runs.
 *
 * @module
 */
import { isPromise } from '@appconfig-kit/core/adapter'
import type { HttpServer } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'
import { isConnection } from './subject.ts'

/** The part of Fastify that is used. Its own types would have to be installed by all users. */
interface FastifyLike {
  addHook(name: 'preHandler', hook: RequestHook): unknown
}

/** Both platforms' shape: Express's middleware, and Fastify's hook with a callback. */
type RequestHook = (request: NestRequest, response: unknown, next: (error?: unknown) => void) => void

/** Whether the HTTP platform is Fastify; else it is Express. */
export function isFastify(server: HttpServer): boolean {
  return server.getType() === 'fastify'
}

/** Node's own response, also where Fastify has wrapped it. */
function rawResponse(response: unknown): unknown {
  return (response as { readonly raw?: unknown }).raw ?? response
}

/** Registers the hook that decides requests. */
export function hookRequests(server: HttpServer, configs: HostConfigs): void {
  function proceed(request: NestRequest, next: () => void): void {
    // Nothing on the connection belongs to its request: the tenant of a message may be another.
    if (isConnection(request)) next()
    else configs.runRequest(request, next)
  }
  function appConfigHook(request: NestRequest, response: unknown, next: (error?: unknown) => void): void {
    let prepared: unknown
    try {
      prepared = configs.prepareRequest(request, rawResponse(response))
    } catch (error) {
      next(configs.toNestError(error, response))
      return
    }
    if (isPromise(prepared)) proceedLater(prepared, request, response, next)
    else proceed(request, next)
  }
  // A function of its own, so that a request that is decided synchronously makes no closures.
  function proceedLater(
    prepared: Promise<unknown>,
    request: NestRequest,
    response: unknown,
    next: (error?: unknown) => void,
  ): void {
    void prepared.then(
      () => proceed(request, next),
      (error: unknown) => next(configs.toNestError(error, response)),
    )
  }
  if (isFastify(server)) (server.getInstance() as FastifyLike).addHook('preHandler', appConfigHook)
  else server.use(appConfigHook)
}
