/**
 * The setup of an application that serves HTTP, before Nest registers its routes.
 *
 * @module
 */
import type { NestModule } from '@nestjs/common'
import type { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core'
import type { AppConfigGuard } from './app-config.guard.ts'
import type { AppConfigInterceptor } from './app-config.interceptor.ts'
import type { HostConfigs } from './host-configs.ts'
import { prepareRoutes } from './http-routes.ts'
import { hookRequests, isFastify } from './request-hook.ts'
import type { RouteRegistration } from './route-registration.ts'

/** @param own the module itself. */
export type HttpSetup = (own: NestModule) => void

/** @returns a function that hooks into the HTTP platform and prepares the routes. */
export function createHttpSetup(
  configs: HostConfigs,
  { guard, interceptor }: GlobalParts,
  registration: RouteRegistration,
  adapterHost: HttpAdapterHost,
  modules: ModulesContainer,
  moduleRef: ModuleRef,
): HttpSetup {
  return function setUpHttp(own) {
    const { httpAdapter } = adapterHost
    const hasGlobalGuards = hasOtherGlobalGuards(moduleRef, guard)
    hookRequests(httpAdapter, configs)
    prepareRoutes(modules, hasGlobalGuards)
    registration.leaveOut(interceptor, 'intercept')
    // Middleware and global guards may find the tenant between the hook and the guards of classes and
    // methods, which need `req.config`. Without them the global guard would have nothing to do. Fastify's
    // middleware runs before the hook.
    const isLate = hasGlobalGuards || (!isFastify(httpAdapter) && hasMiddleware(modules, own))
    if (!isLate) registration.leaveOut(guard, 'canActivate')
  }
}

/** The module's global guard and interceptor. */
export interface GlobalParts {
  readonly guard: AppConfigGuard
  readonly interceptor: AppConfigInterceptor
}

/**
 * Whether there are global guards beside our own, from providers or `app.useGlobalGuards()`. Nest has no
 * public function for that; the property is in its published types.
 */
function hasOtherGlobalGuards(moduleRef: ModuleRef, own: AppConfigGuard): boolean {
  const config = moduleRef['container'].applicationConfig
  if (config === undefined) return true
  const guards = config.getGlobalGuards().filter((guard) => guard && guard !== own)
  return guards.length + config.getGlobalRequestGuards().length > 0
}

function hasMiddleware(modules: ModulesContainer, own: NestModule): boolean {
  return [...modules.values()].some(
    ({ instance }) => instance !== own && typeof instance?.configure === 'function',
  )
}
