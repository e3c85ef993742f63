/**
 * Refuses `@Flag` on methods that a scheduler calls.
 *
 * Nest runs no guards for them: the method would run while its flag is off, and nothing would say so.
 *
 * @module
 */
import { OptionsError } from '@appconfig-kit/core'
import { MetadataScanner, type ModulesContainer } from '@nestjs/core'
import { FlagGuard } from './flag.guard.ts'
import { guardsOf, isGuardedProvider, isScheduled } from './nest-metadata.ts'

const scanner = new MetadataScanner()

/** @throws {OptionsError} `OPTIONS_INVALID` for the first such method. */
export function refuseScheduledFlags(modules: ModulesContainer): void {
  for (const { controllers, providers } of modules.values()) {
    for (const { metatype } of controllers.values()) refuseMethods(metatype, [])
    for (const { metatype } of providers.values()) {
      if (typeof metatype !== 'function') continue
      // A flag on a controller is for its routes, one on a gateway or resolver for its messages or fields.
      refuseMethods(metatype, isGuardedProvider(metatype) ? [] : guardsOf(metatype))
    }
  }
}

function refuseMethods(metatype: unknown, ofClass: ReturnType<typeof guardsOf>): void {
  if (typeof metatype !== 'function' || typeof metatype.prototype !== 'object') return
  const prototype = metatype.prototype as object
  for (const name of scanner.getAllMethodNames(prototype)) {
    const method: unknown = Reflect.get(prototype, name)
    if (typeof method !== 'function' || !isScheduled(method)) continue
    if ([...ofClass, ...guardsOf(method)].includes(FlagGuard)) {
      throw new OptionsError(
        'OPTIONS_INVALID',
        `@Flag has no effect on ${metatype.name}.${name}, because Nest runs no guards for a method that a scheduler calls. Take it off, and ask isEnabled(await appConfig.resolve(tenant), flag) in the method`,
      )
    }
  }
}
