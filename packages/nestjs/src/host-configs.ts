/**
 * The configuration of each request and message in Nest.
 *
 * Core decides each once. This module distinguishes requests from messages, sets `config` on requests, and
 * turns errors into exceptions of Nest.
 *
 * @module
 */
import { type AppConfigClient, isAppConfigError, type RegisteredConfig } from '@appconfig-kit/core'
import {
  attachConfig,
  configureRequests,
  decideRequests,
  expressShared,
  isPromise,
  type RequestConfigurator,
  requestSeen,
  type Seen,
} from '@appconfig-kit/core/adapter'
import type { ArgumentsHost } from '@nestjs/common'
import type { HttpAdapterHost } from '@nestjs/core'
import { AppConfigException } from './app-config.exception.ts'
import type { AppConfigModuleOptions, NestRequest } from './app-config.options.ts'
import { type Decider, noteOpen } from './late-decisions.ts'
import { seenOfRequest } from './seen-by.ts'
import { type KeyedMessage, rawRequest, subjectOf } from './subject.ts'

const WHEN_NOT_KNOWN_YET =
  'Let the guard that finds out the tenant run first: make it global (APP_GUARD), or put @Flag above its @UseGuards on the same class or method; or answer null for requests that have no tenant'
const WHEN_NO_MESSAGE_TENANT =
  "Give AppConfigModule the option messageTenant, which says whose a message is, and answer null for those that are nobody's"

type Config = RegisteredConfig
type MaybePromise<T> = T | Promise<T>

/** Decides requests and messages, in contexts of every kind and before there is one. */
export interface HostConfigs extends Decider {
  readonly client: AppConfigClient
  /**
   * For middleware: decides a request if its tenant is known by now, and sets `req.config`.
   *
   * @param response Node's, by whose end the request is counted.
   */
  prepareRequest(request: NestRequest, response?: unknown): MaybePromise<unknown>
  runRequest<Result>(request: NestRequest, rest: () => Result): Result
  /** As `demand`, where there is no context yet: in middleware. */
  demandOfRequest(request: NestRequest, asking: string): MaybePromise<Seen>
  /**
   * An {@link AppConfigError} as an exception that filters can answer, with `Retry-After` set on the
   * response. Other errors are returned as they are, and so is wrong wiring (500): Nest logs plain errors.
   */
  toNestError(error: unknown, response?: unknown): unknown
  /**
   * Runs `rest` in the async context of a request, or of a message.
   *
   * @param always also while the option is off. Messages always have a context.
   */
  run<Result>(host: ArgumentsHost, rest: () => Result, always?: boolean): Result
  /** Whether {@link run} would change nothing. */
  isEntered(host: ArgumentsHost, always?: boolean): boolean
}

/** Makes what decides requests and messages, from the options of the module. */
export function createHostConfigs(
  options: AppConfigModuleOptions,
  client: AppConfigClient,
  adapterHost: HttpAdapterHost,
): HostConfigs {
  const { tenant, context, skip, messageTenant } = options
  const requests: RequestConfigurator<NestRequest, Config> = configureRequests<NestRequest, undefined>(
    {
      client,
      ...(context && { context }),
      ...(skip && { skip }),
      // An application may have messages only.
      ...((tenant ?? messageTenant) && { tenant: tenant ?? (() => undefined) }),
    },
    { keyOf: rawRequest, sharedOf: expressShared, whenNotKnownYet: WHEN_NOT_KNOWN_YET },
  )
  const messages: RequestConfigurator<KeyedMessage, Config> = decideRequests<KeyedMessage, Config>(
    { client, tenant: messageTenant ?? (() => (client.needsTenant ? undefined : null)) },
    { keyOf: ({ key }) => key, emitterOf: () => undefined, whenNotKnownYet: WHEN_NO_MESSAGE_TENANT },
  )

  function prepareRequest(request: NestRequest, response?: unknown): MaybePromise<unknown> {
    const seen = requests.configFor(request, response)
    return isPromise(seen) ? seen.then((later) => put(request, later)) : put(request, seen)
  }
  function put(request: NestRequest, seen: Seen | undefined): void {
    if (seen === undefined) noteOpen(request, configs)
    else attach(request, seen)
  }
  function prepare(host: ArgumentsHost): MaybePromise<unknown> {
    const { request, message } = subjectOf(host)
    return request ? prepareRequest(request) : messages.configFor(message)
  }
  function toNestError(error: unknown, response?: unknown): unknown {
    if (!isAppConfigError(error) || error.status === 500 || error instanceof AppConfigException) return error
    if (response !== undefined) {
      // Read late: a testing module gets its platform only when it is made an application.
      const { httpAdapter } = adapterHost
      for (const [name, value] of Object.entries(error.headers)) httpAdapter.setHeader(response, name, value)
    }
    return new AppConfigException(error)
  }
  /** Rethrows an error for the exception filters of a context. */
  function rethrowFor(host: ArgumentsHost): (error: unknown) => never {
    return (error) => {
      throw toNestError(error, host.getType() === 'http' ? host.getArgs()[1] : undefined)
    }
  }
  function demand(host: ArgumentsHost, asking: string): MaybePromise<Seen> {
    return attempt(() => after(prepare(host), () => requestSeen(keyOf(host), asking)), rethrowFor(host))
  }
  const configs: HostConfigs = {
    client,
    prepareRequest,
    runRequest: requests.run,
    toNestError,
    prepare: (host) => attempt(() => prepare(host), rethrowFor(host)),
    demand: (host, asking) => seenOfRequest(host) ?? demand(host, asking),
    demandOfRequest: (request, asking) =>
      attempt(
        () => after(prepareRequest(request), () => requestSeen(rawRequest(request), asking)),
        (error) => {
          throw toNestError(error)
        },
      ),
    run(host, rest, always) {
      const { request, message } = subjectOf(host)
      return request ? requests.run(request, rest, always) : messages.run(message, rest, true)
    },
    isEntered(host, always) {
      const { request, message } = subjectOf(host)
      return request ? requests.isEntered(request, always) : messages.isEntered(message, true)
    },
  }
  return configs
}

function keyOf(host: ArgumentsHost): object {
  const { request, message } = subjectOf(host)
  return request ? rawRequest(request) : message.key
}

function attach(request: NestRequest, seen: Seen): Seen {
  const raw = rawRequest(request)
  if (request === raw) attachConfig(request, seen, expressShared)
  else {
    // Fastify makes a class of requests for each of its instances.
    attachConfig(request, seen, Object.getPrototypeOf)
    attachConfig(raw, seen)
  }
  return seen
}

function after<T, Result>(value: MaybePromise<T>, then: (value: T) => Result): MaybePromise<Result> {
  return isPromise(value) ? value.then(then) : then(value)
}

/** The result of `work()`; errors are handled, whether thrown or rejected. */
function attempt<Result>(
  work: () => MaybePromise<Result>,
  handle: (error: unknown) => never,
): MaybePromise<Result> {
  try {
    const result = work()
    return isPromise(result) ? result.catch(handle) : result
  } catch (error) {
    return handle(error)
  }
}
