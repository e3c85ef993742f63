/**
 * The metadata of Nest's decorators; only this module reads or changes it.
 *
 * Nest offers decorators to write it and no function to read it. The keys are not constants here: they are
 * learned from Nest's own decorators on a sample method. The values are not documented either; the test
 * `nest-metadata`, run for each version of Nest, fails when they change.
 *
 * @module
 */
import {
  type CanActivate,
  createParamDecorator,
  Get,
  type NestInterceptor,
  type Type,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'

type Handler = (...args: never) => unknown

/** Sample methods, from whose decorators the keys are learned. */
class Learner {
  guarded(): void {}
  intercepted(): void {}
  routed(): void {}
  parameterized(): void {}
}

const [GUARDS] = keysLeftBy(UseGuards({ canActivate: () => true }), 'guarded')
const [INTERCEPTORS] = keysLeftBy(UseInterceptors({ intercept: (_, next) => next.handle() }), 'intercepted')
/** The keys that mark an HTTP route. */
const ROUTE = keysLeftBy(Get(), 'routed')
createParamDecorator(() => undefined)()(Learner.prototype, 'parameterized', 0)
const [PARAMETERS] = Reflect.getMetadataKeys(Learner, 'parameterized')

/** The prefix of keys of `@nestjs/microservices`, which may not be installed. */
const OF_MESSAGES = 'microservices:'

function keysLeftBy(decorate: MethodDecorator, method: keyof Learner): unknown[] {
  const descriptor = Object.getOwnPropertyDescriptor(Learner.prototype, method) as PropertyDescriptor
  decorate(Learner.prototype, method, descriptor)
  return Reflect.getMetadataKeys(descriptor.value)
}

/** Whether a method is a handler of HTTP requests only. */
export function isRouteOnly(handler: unknown): handler is Handler {
  if (typeof handler !== 'function' || !ROUTE.every((key) => Reflect.hasMetadata(key, handler))) return false
  return !Reflect.getMetadataKeys(handler).some((key) => String(key).startsWith(OF_MESSAGES))
}

/** The key of `@nestjs/schedule`, which may not be installed: on methods with `@Cron`, `@Interval`, `@Timeout`. */
const OF_SCHEDULES = 'SCHEDULER_TYPE'

/** Whether a scheduler calls a method. */
export function isScheduled(method: object): boolean {
  return Reflect.hasMetadata(OF_SCHEDULES, method)
}

/** The prefixes of keys of `@nestjs/websockets` and `@nestjs/graphql`, which may not be installed. */
const OF_GUARDED_PROVIDERS = ['websockets:', 'graphql:']

/** Whether a provider is a gateway or a resolver: Nest runs its guards for messages and fields. */
export function isGuardedProvider(metatype: object): boolean {
  return Reflect.getMetadataKeys(metatype).some((key) =>
    OF_GUARDED_PROVIDERS.some((prefix) => String(key).startsWith(prefix)),
  )
}

/** The guards that `@UseGuards` has set on a class or method. */
export function guardsOf(decorated: object): readonly (CanActivate | Type<CanActivate>)[] {
  return Reflect.getMetadata(GUARDS, decorated) ?? []
}

/** Removes interceptors that `@UseInterceptors` has set on a method. */
export function withdrawInterceptors(handler: object, withdrawn: ReadonlySet<unknown>): void {
  const given: readonly (NestInterceptor | Type<NestInterceptor>)[] =
    Reflect.getMetadata(INTERCEPTORS, handler) ?? []
  const left = given.filter((interceptor) => !withdrawn.has(interceptor))
  if (left.length < given.length) Reflect.defineMetadata(INTERCEPTORS, left, handler)
}

/**
 * How many arguments Nest fills in for a method's parameter decorators, inherited ones included.
 *
 * @param except the factory of custom decorators that do not count.
 */
export function countParameters(target: object, method: string | symbol, except: unknown): number {
  const parameters: Readonly<Record<string, { readonly index: number; readonly factory?: unknown }>> =
    Reflect.getMetadata(PARAMETERS, target.constructor, method) ?? {}
  return Object.values(parameters).reduce(
    (most, { index, factory }) => (factory === except ? most : Math.max(most, index + 1)),
    0,
  )
}
