/**
 * Late decisions: requests whose tenant was not known when they arrived.
 *
 * @module
 */
import { createHiddenValue, isPromise, type Seen, seenOf } from '@appconfig-kit/core/adapter'
import type { ArgumentsHost, CanActivate, ExecutionContext } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import { rawRequest } from './subject.ts'

/** Decides the requests of one application. */
export interface Decider {
  /** Decides a context if its tenant is known by now; no error if it is not. */
  prepare(host: ArgumentsHost): unknown
  /**
   * What a request or message sees.
   *
   * @throws {AppConfigException} also `TENANT_NOT_KNOWN_YET`, before the tenant is known.
   */
  demand(host: ArgumentsHost, asking: string): Seen | Promise<Seen>
}

/**
 * By Node's request. Parts that decorators add are shared by all applications of a process; this leads them
 * to the application of a request.
 */
const open = createHiddenValue<Decider>()

/** Notes that a request is undecided, and who can decide it later. */
export function noteOpen(request: NestRequest, decider: Decider): void {
  open.set(rawRequest(request), decider)
}

/** What can decide an undecided request. */
export function deciderOf(raw: object): Decider | undefined {
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
