/**
 * Late decisions: requests whose tenant was not known when they arrived.
 *
 * @module
 */
import { createHiddenValue, isPromise, seenOf } from '@appconfig-kit/core/adapter'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'
import { rawRequest } from './subject.ts'

/**
 * By Node's request. Parts that decorators add are shared by all applications of a process; this leads them
 * to the application of a request.
 */
const open = createHiddenValue<HostConfigs>()

/** Notes that a request is undecided, and who can decide it later. */
export function noteOpen(request: NestRequest, configs: HostConfigs): void {
  open.set(rawRequest(request), configs)
}

/** What can decide an undecided request. */
export function deciderOf(raw: object): HostConfigs | undefined {
  return open.get(raw)
}

/**
 * Lets everything pass. It runs behind all guards of a route, so that interceptors, pipes and the handler
 * find `req.config` even if one of those guards found the tenant. For most requests it has nothing to do:
 * they were decided when they arrived.
 */
export const lateGuard: CanActivate = {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const raw = rawRequest(context.getArgs()[0])
    const prepared = seenOf(raw) === undefined && deciderOf(raw)?.prepare(context)
    return isPromise(prepared) ? prepared.then(() => true) : true
  },
}
