/**
 * The configuration of a request: what all adapters share.
 *
 * An adapter says when a request gets its configuration and where its framework's users find it. This module
 * decides which one, once per request.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type AppConfigClient, COUNT, LOOK, OVERRIDE, WATCH } from '../client/app-config-client.ts'
import type { ResolveOptions } from '../client/resolve-options.ts'
import { isAnyoneListening } from '../decisions/watch.ts'
import { isAppConfigError, OptionsError, TenantError, UnavailableError } from '../errors.ts'
import { tenantIdOf } from '../tenants/tenant.ts'
import type { ConfigOf } from '../types.ts'
import type { Seen } from '../views/seen.ts'
import { type AdapterOptions, type RequestOptions, splitOptions } from './adapter-options.ts'
import { asError, ask, checkContext, checkSkip, checkTenant, isPromise, type ResolvedTenant } from './ask.ts'
import { currentScope, runInScope } from './async-context.ts'
import { countWhenClosed, isResponse } from './count-request.ts'
import { type Decision, decisionOf, findDecision } from './decisions.ts'
import { emitForRequest } from './request-emitters.ts'
import { type RequestLike, tenantFromHeader } from './tenant-resolvers.ts'

/** Traits of an adapter's framework. */
export interface AdapterTraits<Request> {
  /**
   * The object that identifies a request everywhere: Node's own, where the framework wraps it.
   *
   * @default the request itself
   */
  readonly keyOf?: (request: Request) => object
  /**
   * What emits events of a request besides its response: its listeners run in the request's async context.
   *
   * @default the object that identifies the request
   */
  readonly emitterOf?: (request: Request) => unknown
  /** The object that the framework offers for properties that a request, or a response, inherits. */
  readonly sharedOf?: (emitter: object) => object | undefined
  /**
   * For frameworks whose middleware runs before authentication. If given, undefined from a resolver means
   * "not yet": the request stays undecided, and the first caller after the tenant is known decides it. A flag
   * that is asked for before is an error, which ends with this advice.
   */
  readonly whenNotKnownYet?: string
}

/** The configuration of requests, decided once for each: what an adapter calls. */
export interface RequestConfigurator<Request, Config> {
  readonly client: AppConfigClient<Config>
  /**
   * What a request sees: synchronously for a warm tenant; undefined for a request that is skipped, or whose
   * tenant is not known yet. Put it on the request with {@link attachConfig}.
   *
   * @throws {AppConfigError} an error that every framework takes for one, also as a rejected promise: those
   * of {@link AppConfigClient.resolve}, `TENANT_MISSING`, `RESOLVER_FAILED`, `RESOLVER_TIMEOUT`,
   * `CLIENT_CONFLICT`; or what a function of the options threw.
   * @param response Node's, whose end ends the request: it is counted then, with the option `telemetry`. Its
   * listeners run in the request's async context, too.
   */
  configFor(request: Request, response?: unknown): Seen | undefined | Promise<Seen | undefined>
  /**
   * Runs the rest of a request in its async context, so that `currentConfig()` is the request's.
   *
   * @param always also while the client's option `asyncContext` is off.
   */
  run<Result>(request: Request, rest: () => Result, always?: boolean): Result
  /** Whether {@link run} would change nothing: the request's scope is entered, or not needed. */
  isEntered(request: Request, always?: boolean): boolean
}

/**
 * Reads the options of an adapter and makes the client, unless one is given. The client starts loading now;
 * failures show in requests, events and `health()`.
 *
 * @throws {OptionsError} for wrong options: `OPTIONS_INVALID`, `SOURCE_NOT_CONFIGURED`.
 */
export function configureRequests<Request extends RequestLike, Schema extends StandardSchemaV1 | undefined>(
  options: AdapterOptions<Request, Schema>,
  traits: AdapterTraits<Request> = {},
): RequestConfigurator<Request, ConfigOf<Schema>> {
  const { client, tenant = tenantFromEnvironment(), ...others } = splitOptions(options)
  if (client.needsTenant && !tenant) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      'some layers depend on the tenant, and nothing says whose a request is. Give the option tenant, or set APPCONFIG_TENANT_HEADER',
    )
  }
  return decideRequests({ client, tenant: tenant ?? (() => null), ...others }, traits)
}

/** The same for what is no HTTP request, e.g. a message of a queue, with options that were read before. */
export function decideRequests<Request, Config>(
  {
    client,
    tenant,
    context,
    skip,
  }: RequestOptions<Request> &
    Required<Pick<RequestOptions<Request>, 'tenant'>> & { readonly client: AppConfigClient<Config> },
  {
    keyOf = (request) => request as object,
    emitterOf = keyOf,
    sharedOf,
    whenNotKnownYet,
  }: AdapterTraits<Request> = {},
): RequestConfigurator<Request, Config> {
  // Not awaited: a process with nothing else to do may end.
  void client.start({ keepsProcessAlive: false }).catch(() => {})

  type MaybeConfig = Seen | undefined | Promise<Seen | undefined>
  const count = client[COUNT]
  const seenBy = seeing<Request>(client)
  const look = client[LOOK] ?? ((given, options) => client.peek(given, options) as Seen | undefined)

  function decide(request: Request, decision: Decision): MaybeConfig {
    const answer = ask('the tenant resolver', client, tenant, request)
    if (isPromise(answer)) return answer.then((later) => decideFor(request, decision, checkTenant(later)))
    return decideFor(request, decision, checkTenant(answer))
  }
  function decideFor(request: Request, decision: Decision, resolved: ResolvedTenant): MaybeConfig {
    if (resolved === undefined) {
      if (whenNotKnownYet === undefined) throw missingTenant()
      decision.fix = whenNotKnownYet
      return undefined
    }
    if (context === undefined) return load(request, decision, resolved, undefined)
    const answer = ask('the option context', client, context, request)
    if (isPromise(answer))
      return answer.then((later) => load(request, decision, resolved, { context: checkContext(later) }))
    return load(request, decision, resolved, { context: checkContext(answer) })
  }
  function load(
    request: Request,
    decision: Decision,
    resolved: ResolvedTenant,
    options: ResolveOptions | undefined,
  ): Seen | Promise<Seen> {
    const warm = look(resolved, options)
    if (warm !== undefined) return take(request, decision, resolved, warm)
    // Looked at again once it is loaded: the first request of a tenant sees the same as those after it.
    return client
      .resolve(resolved, options)
      .then((config) => take(request, decision, resolved, look(resolved, options) ?? (config as Seen)))
  }
  function take(request: Request, decision: Decision, resolved: ResolvedTenant, seen: Seen): Seen {
    return settle(decision, resolved, seenBy(request, resolved, seen))
  }
  return {
    client,
    configFor(request, response) {
      try {
        if (skip && checkSkip(ask('the option skip', client, skip, request))) return undefined
        const decision = decisionOf(keyOf(request), client)
        decision.response ??= response
        if (count !== undefined && !decision.isCounted && isResponse(response)) {
          decision.isCounted = true
          countWhenClosed(count, decision, response)
        }
        if (decision.seen !== undefined) return decision.seen
        if (decision.pending) return decision.pending as Promise<Seen | undefined>
        const config = decide(request, decision)
        return isPromise(config) ? hold(decision, config) : config
      } catch (thrown) {
        throw asError(OPTIONS_FUNCTION, thrown)
      }
    },
    run(request, rest, always = client.asyncContext) {
      const decision = always ? findDecision(keyOf(request)) : undefined
      if (decision === undefined) return rest()
      emitForRequest(emitterOf(request), decision, sharedOf)
      emitForRequest(decision.response, decision, sharedOf)
      return runInScope(decision, rest)
    },
    isEntered(request, always = client.asyncContext) {
      const decision = always ? findDecision(keyOf(request)) : undefined
      return decision === undefined || currentScope() === decision
    },
  }
}

/** What a request sees of what all see: with its override, and such that its questions are told where somebody listens. */
function seeing<Request>(
  client: Pick<AppConfigClient<unknown>, typeof OVERRIDE | typeof WATCH>,
): (request: Request, resolved: ResolvedTenant, seen: Seen) => Seen {
  const override = client[OVERRIDE]
  const watch = client[WATCH]
  return function seenBy(request, resolved, seen) {
    const isListening = isAnyoneListening()
    if (override === undefined && !isListening) return seen
    const id = tenantIdOf(resolved)
    const own = override === undefined ? seen : override(request, id, seen)
    return watch === undefined || !isListening ? own : watch(own, id)
  }
}

/** Keeps the first decision of a request, whichever comes later. */
function settle(decision: Decision, tenant: ResolvedTenant, seen: Seen): Seen {
  // Adapters let a request without configuration pass, and a client of the user's own may answer none.
  if (seen === undefined || seen === null)
    throw new UnavailableError('CONFIG_UNAVAILABLE', 'the client answered no configuration')
  if (decision.seen !== undefined) return decision.seen
  decision.tenant = tenant
  decision.seen = seen
  return seen
}

function hold(decision: Decision, seen: Promise<Seen | undefined>): Promise<Seen | undefined> {
  const pending = seen
    .catch((thrown: unknown) => {
      decision.isUnavailable = isAppConfigError(thrown) && thrown.code === 'CONFIG_UNAVAILABLE'
      throw asError(OPTIONS_FUNCTION, thrown)
    })
    .finally(() => {
      decision.pending = undefined
    })
  decision.pending = pending
  return pending
}

/** Such as a layer function: the one that threw is not known here. */
const OPTIONS_FUNCTION = 'a function of the options'

function tenantFromEnvironment(): ReturnType<typeof tenantFromHeader> | undefined {
  const header = process.env['APPCONFIG_TENANT_HEADER']
  return header === undefined ? undefined : tenantFromHeader(header, { setByTrustedProxy: true })
}

function missingTenant(): TenantError {
  return new TenantError(
    'TENANT_MISSING',
    'the request names no tenant. Send one; or, for requests that have none, let the tenant resolver answer null',
  )
}
