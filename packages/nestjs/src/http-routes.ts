/**
 * Preparing HTTP routes before Nest registers them: each does only what it needs.
 *
 * A request is decided by a hook of the platform. Guards and interceptors that decorators add are for
 * messages, which have no such hook; on a route they would cost more than everything else.
 *
 * @module
 */
import { type Type, UseGuards } from '@nestjs/common'
import { MetadataScanner, type ModulesContainer } from '@nestjs/core'
import { BROUGHT } from './app-config.interceptor.ts'
import { FlagGuard } from './flag.guard.ts'
import { passHost } from './flagged.decorator.ts'
import { lateGuard } from './late-decisions.ts'
import { guardsOf, isRouteOnly, withdrawInterceptors } from './nest-metadata.ts'

const scanner = new MetadataScanner()

/** @param hasGlobalGuards whether global guards may find the tenant of a request. */
export function prepareRoutes(modules: ModulesContainer, hasGlobalGuards: boolean): void {
  for (const { controllers } of modules.values()) {
    for (const { metatype } of controllers.values()) {
      if (typeof metatype === 'function') prepareController(metatype as Type, hasGlobalGuards)
    }
  }
}

function prepareController(controller: Type, hasGlobalGuards: boolean): void {
  const prototype: object = controller.prototype
  const isGuarded = hasGlobalGuards || hasForeignGuard(controller)
  for (const name of scanner.getAllMethodNames(prototype)) {
    const handler: unknown = Reflect.get(prototype, name)
    if (!isRouteOnly(handler)) continue
    withdrawInterceptors(handler, BROUGHT)
    passHost(handler, name)
    if (isGuarded || hasForeignGuard(handler)) decideBehindGuards(prototype, name, handler)
  }
}

/** Adds the late guard once, however many applications and controllers share the method. */
function decideBehindGuards(prototype: object, name: string, handler: object): void {
  if (guardsOf(handler).includes(lateGuard)) return
  UseGuards(lateGuard)(prototype, name, { value: handler })
}

/** Whether a class or method has a guard that may find the tenant. */
function hasForeignGuard(decorated: object): boolean {
  return guardsOf(decorated).some((guard) => guard !== lateGuard && guard !== FlagGuard)
}
