/**
 * Has Nest leave our global guard and interceptor out of HTTP routes.
 *
 * Nest puts together what runs around a route when it registers the route, between `configure()` of modules and
 * their `onModuleInit()`; of global guards and interceptors it leaves out what has no method to call. Around
 * handlers of every other kind they are put later, or in applications without routes, and must be there.
 *
 * @module
 */
import type { DynamicModule, OnModuleInit } from '@nestjs/common'

/** Hides methods of global guards and interceptors until all routes are registered. */
export class RouteRegistration implements OnModuleInit {
  readonly #leftOut: { readonly part: object; readonly method: string }[] = []

  /** Until all routes are registered, `part` has no such method. */
  leaveOut<Method extends string>(part: { readonly [Name in Method]: unknown }, method: Method): void {
    Object.defineProperty(part, method, { value: undefined, configurable: true })
    this.#leftOut.push({ part, method })
  }

  onModuleInit(): void {
    for (const { part, method } of this.#leftOut.splice(0)) Reflect.deleteProperty(part, method)
  }
}

class RouteRegistrationModule {}

/** Global, since Nest initializes global modules first: GraphQL's builds its resolvers when it is initialized. */
export const ROUTE_REGISTRATION: DynamicModule = {
  module: RouteRegistrationModule,
  global: true,
  providers: [RouteRegistration],
  exports: [RouteRegistration],
}
