/**
 * Decides as early as a tenant can be known after the middleware: behind the global guards.
 *
 * @module
 */
import { isPromise } from '@appconfig-kit/core/adapter'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { HostConfigs } from './host-configs.ts'
import { seenOfRequest } from './seen-by.ts'

/**
 * Lets everything pass. Runs among the global guards, behind those of the root module, so that the
 * guards of classes and methods find `req.config`. Left out of the routes of applications in which nobody
 * but those guards could find out a tenant after the middleware.
 */
export class AppConfigGuard implements CanActivate {
  readonly #configs: HostConfigs

  constructor(configs: HostConfigs) {
    this.#configs = configs
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (seenOfRequest(context) !== undefined) return true
    const prepared = this.#configs.prepare(context)
    return isPromise(prepared) ? prepared.then(() => true) : true
  }
}
