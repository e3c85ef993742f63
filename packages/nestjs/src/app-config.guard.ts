/**
 * The decision behind the global guards, the first place after middleware where a tenant can be known.
 *
 * @module
 */
import { isPromise } from '@appconfig-kit/core/adapter'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { HostConfigs } from './host-configs.ts'
import { seenOfRequest } from './seen-by.ts'

/**
 * Lets everything pass. It runs among the global guards, behind those of the root module, so that the guards
 * of classes and methods find `req.config`. Routes skip it in applications where only those guards can find
 * the tenant after the middleware.
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
