/**
 * Calls of the application's functions `tenant`, `context` and `skip`.
 *
 * Frameworks give some errors a meaning: `next(undefined)` and `next('route')` let a request go on, and an
 * error of status 200 is answered as a success. So everything thrown here becomes an `Error` that no
 * framework takes for anything else. A promise that is not settled in time is a time-out.
 *
 * @module
 */
import type { AppConfigClient } from '../client/app-config-client.ts'
import type { ResolveOptions } from '../client/resolve-options.ts'
import { quoted, shapeOf, UnavailableError, WiringError } from '../errors.ts'
import { isNativeError } from '../realms.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** The time-out of an answer, and its clock. */
export type Patience = Pick<AppConfigClient, 'clock' | 'resolveTimeoutMs'>

/**
 * The answer of a tenant resolver. `null`: the request has no tenant. Undefined: the request should have had
 * one (`TENANT_MISSING`) or, in Nest, it is not known yet.
 */
export type ResolvedTenant = Tenant | string | null | undefined

type MaybePromise<T> = T | Promise<T>

/** Whether `value` is a promise of any library, e.g. Bluebird's: those have `then` and may lack the rest. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | null | undefined)?.then === 'function'
}

/**
 * Calls a function of the options. A failure is always an `Error` that names the function.
 *
 * On the path of every request: no closure for a synchronous answer.
 *
 * @param who the function, for the error's text.
 * @throws {UnavailableError} `RESOLVER_TIMEOUT` (503), by the promise, after `resolveTimeoutMs`.
 */
export function ask<Request, Answer>(
  who: string,
  patience: Patience,
  answerFor: (request: Request) => MaybePromise<Answer>,
  request: Request,
): MaybePromise<Answer> {
  let answer: MaybePromise<Answer>
  try {
    answer = answerFor(request)
    if (!isPromise(answer)) return answer
  } catch (thrown) {
    throw asError(who, thrown)
  }
  return inTime(who, patience, answer)
}

function inTime<Answer>(
  who: string,
  { clock, resolveTimeoutMs }: Patience,
  answer: PromiseLike<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(resolveTimeoutMs, () =>
      reject(
        new UnavailableError(
          'RESOLVER_TIMEOUT',
          `${who} did not answer within ${resolveTimeoutMs} ms. Make it answer or fail sooner, or raise resolveTimeoutMs`,
          { retryAfterSeconds: 1 },
        ),
      ),
    )
    void Promise.resolve(answer)
      .then(resolve, (thrown: unknown) => reject(asError(who, thrown)))
      .finally(cancel)
  })
}

/**
 * @throws {WiringError} `RESOLVER_FAILED` for an answer that is no tenant, no id, and not null or undefined.
 */
export function checkTenant(answer: unknown): ResolvedTenant {
  if (answer === null || answer === undefined || typeof answer === 'string') return answer
  const isTenant = typeof answer === 'object' && typeof (answer as Partial<Tenant>).id === 'string'
  if (isTenant && !Array.isArray(answer)) return answer as Tenant
  throw new WiringError(
    'RESOLVER_FAILED',
    `the tenant resolver answered ${described(answer)}. Let it answer { id: '…' }, the id alone, or null for a request without a tenant`,
  )
}

/**
 * The context of a request; empty for null and undefined.
 *
 * @throws {WiringError} `RESOLVER_FAILED` for an answer that is no object.
 */
export function checkContext(answer: unknown): NonNullable<ResolveOptions['context']> {
  if (answer === undefined || answer === null) return {}
  if (typeof answer === 'object' && !Array.isArray(answer))
    return answer as NonNullable<ResolveOptions['context']>
  throw new WiringError(
    'RESOLVER_FAILED',
    `the option context answered ${described(answer)}. Let it answer an object such as { country: 'DE' }`,
  )
}

/**
 * Whether a request is skipped: only `true` skips it.
 *
 * @throws {WiringError} `RESOLVER_FAILED` for other truthy answers, such as a promise.
 */
export function checkSkip(answer: unknown): boolean {
  if (!answer || answer === true) return Boolean(answer)
  // The promise is not awaited, and its failure must not end the process.
  if (isPromise(answer)) void Promise.resolve(answer).catch(() => {})
  throw new WiringError(
    'RESOLVER_FAILED',
    `the option skip answered ${described(answer)}. Let it answer true or false, and at once`,
  )
}

/**
 * A thrown value as an `Error` that no framework takes for anything else.
 *
 * @param who the function that threw it, for the error's text.
 */
export function asError(who: string, thrown: unknown): Error {
  if (isPlainError(thrown)) return thrown
  return new WiringError(
    'RESOLVER_FAILED',
    `${who} threw ${described(thrown, quoted)}, which is no error that could be answered. Throw an Error, with a status from 400 to 599 or none`,
    { cause: thrown },
  )
}

/** Whether all frameworks answer a thrown value as an error. */
function isPlainError(thrown: unknown): thrown is Error {
  try {
    if (!isNativeError(thrown) && !(thrown instanceof Error)) return false
    const { status, statusCode } = thrown as { status?: unknown; statusCode?: unknown }
    // Koa sets the status on the error.
    if (!Object.isExtensible(thrown)) return false
    // Frameworks ignore a `status` that is no number; Nest answers with any `statusCode`.
    return (typeof status !== 'number' || isStatusOfError(status)) && isStatusOfError(statusCode)
  } catch {
    return false
  }
}

/** Redirections count as errors, too: Nest has exceptions of such. */
function isStatusOfError(status: unknown): boolean {
  return !status || (Number.isInteger(status) && (status as number) >= 300 && (status as number) < 600)
}

/** @param show how a text or number is told: one that was thrown is no value of a request. */
function described(value: unknown, show: (value: unknown) => string = shapeOf): string {
  try {
    if (isPromise(value)) return 'a promise'
    if (value instanceof Error) return describedError(value)
    if (typeof value === 'function') return 'a function'
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return show(value)
    const keys = Object.keys(value)
    return keys.length === 0 ? 'an object without keys' : `an object of ${quotedKeys(keys)}`
  } catch {
    return 'an object that can not be read'
  }
}

function describedError(error: Error & { status?: unknown; statusCode?: unknown }): string {
  const status = error.status ?? error.statusCode
  return status === undefined ? 'an error that is frozen' : `an error of status ${quoted(status)}`
}

function quotedKeys(keys: readonly string[]): string {
  const shown = keys.slice(0, 5).map((key) => quoted(key))
  return keys.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ')
}
