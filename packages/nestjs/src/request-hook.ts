/**
 * Where a request gets its configuration: after the body was parsed, before all that Nest runs.
 *
 * @module
 */
import { isPromise } from '@appconfig-kit/core/adapter'
import type { HttpServer } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'

/** What is used of Fastify; naming its types here would make everybody install them. */
interface FastifyLike {
  addHook(name: 'preHandler', hook: RequestHook): unknown
}

/** Both platforms' shape: Express's middleware, and Fastify's hook with a callback. */
type RequestHook = (request: NestRequest, response: unknown, next: (error?: unknown) => void) => void

export function hookRequests(server: HttpServer, configs: HostConfigs): void {
  function appConfigHook(request: NestRequest, response: unknown, next: (error?: unknown) => void): void {
    const proceed = (): void => configs.runRequest(request, () => next())
    const fail = (error: unknown): void => next(configs.toNestError(error, response))
    let prepared: unknown
    try {
      prepared = configs.prepareRequest(request)
    } catch (error) {
      fail(error)
      return
    }
    if (isPromise(prepared)) void prepared.then(proceed, fail)
    else proceed()
  }
  if (server.getType() === 'fastify')
    (server.getInstance() as FastifyLike).addHook('preHandler', appConfigHook)
  else server.use(appConfigHook)
}
