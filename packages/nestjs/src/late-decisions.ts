/**
 * Requests whose tenant was not known when they came in, and who decides them then.
 *
 * @module
 */
import { createHiddenValue, isPromise, seenOf } from '@appconfig-kit/core/adapter'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'
import { rawRequest } from './subject.ts'

/**
 * By Node's request. What decorators bring along is made once for all applications of a process, so this is
 * how it comes by the parts of the application that a request belongs to.
 */
const open = createHiddenValue<HostConfigs>()

/** Notes that a request is undecided, and who can decide it later. */
export function noteOpen(request: NestRequest, configs: HostConfigs): void {
  open.set(rawRequest(request), configs)
}

/** Who can decide a request that was left open. */
export function deciderOf(raw: object): HostConfigs | undefined {
  return open.get(raw)
}

/**
 * Lets everything pass. Stands behind all guards of a route, so that interceptors, pipes and the handler find
 * `req.config` although one of those guards found out the tenant. Nothing to do for most requests: they were
 * decided when they came in.
 */
export const lateGuard: CanActivate = {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const raw = rawRequest(context.getArgs()[0])
    const prepared = seenOf(raw) === undefined && deciderOf(raw)?.prepare(context)
    return isPromise(prepared) ? prepared.then(() => true) : true
  },
}
