/**
 * Keeping the global guard and interceptor out of HTTP routes.
 *
 * Nest collects guards and interceptors of a route when it registers the route, between `configure()` of
 * modules and their `onModuleInit()`. It leaves out those without their method. For other kinds of handlers
 * it collects them later, or in applications without routes, and they must have it.
 *
 * @module
 */
import type { DynamicModule, OnModuleInit } from '@nestjs/common'

/** Hides methods of global guards and interceptors until all routes are registered. */
export class RouteRegistration implements OnModuleInit {
  readonly #leftOut: { readonly part: object; readonly method: string }[] = []

  /** Hides a method of `part` until all routes are registered. */
  leaveOut<Method extends string>(part: { readonly [Name in Method]: unknown }, method: Method): void {
    Object.defineProperty(part, method, { value: undefined, configurable: true })
    this.#leftOut.push({ part, method })
  }

  onModuleInit(): void {
    for (const { part, method } of this.#leftOut.splice(0)) Reflect.deleteProperty(part, method)
  }
}

class RouteRegistrationModule {}

/**
 * Global, because Nest initializes global modules first, and GraphQL's module builds its resolvers when it is
 * initialized.
 */
export const ROUTE_REGISTRATION: DynamicModule = {
  module: RouteRegistrationModule,
  global: true,
  providers: [RouteRegistration],
  exports: [RouteRegistration],
}
