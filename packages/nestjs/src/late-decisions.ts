/**
 * Requests whose tenant was not known when they came in, and who decides them then.
 *
 * @module
 */
import { createHiddenValue, isPromise, type Seen, seenOf } from '@appconfig-kit/core/adapter'
import type { ArgumentsHost, CanActivate, ExecutionContext } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import { rawRequest } from './subject.ts'

/** Decides the requests of one application. */
export interface Decider {
  /** Decides if that can be done by now; never an error because it can't. */
  prepare(host: ArgumentsHost): unknown
  /**
   * What a request or message sees.
   *
   * @throws {AppConfigException} also when it is too early: `TENANT_NOT_KNOWN_YET`.
   */
  demand(host: ArgumentsHost, asking: string): Seen | Promise<Seen>
}

/**
 * By Node's request. What decorators bring along is made once for all applications of a process, so this is
 * how it comes by the parts of the application that a request belongs to.
 */
const open = createHiddenValue<Decider>()

/** Notes that a request is undecided, and who can decide it later. */
export function noteOpen(request: NestRequest, decider: Decider): void {
  open.set(rawRequest(request), decider)
}

/** Who can decide a request that was left open. */
export function deciderOf(raw: object): Decider | undefined {
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
