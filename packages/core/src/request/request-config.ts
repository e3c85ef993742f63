/**
 * A request and its configuration: what every adapter shares.
 *
 * An adapter says when a request gets its configuration and where its framework's users find it.
 * This room decides which one, once per request, and remembers it for whoever asks later: handlers,
 * flags, sub-routers, another copy of this code in the same process.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type AppConfigClient, createAppConfig, type ResolveOptions } from '../client/create-app-config.ts'
import { OptionsError, quoted, TenantError, WiringError } from '../errors.ts'
import { isOn } from '../flags/flag.ts'
import type { AppConfigOptions } from '../options.ts'
import { sharedState } from '../shared-state.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { ConfigOf, RegisteredConfig } from '../types.ts'
import { type RequestLike, tenantFromHeader } from './tenant-resolvers.ts'

/** What a tenant resolver may answer. `null`: there is none; undefined: this request should have had one. */
export type ResolvedTenant = Tenant | string | null | undefined

export interface RequestOptions<Request> {
  /** Whose request this is. Without it, nobody's: every request gets the layers that need no tenant. */
  readonly tenant?: (request: Request) => ResolvedTenant | Promise<ResolvedTenant>
  /** What rules of variants may look at besides the tenant. */
  readonly context?: (request: Request) => NonNullable<ResolveOptions['context']>
  /** Requests that need no configuration, e.g. health checks: they pass whatever happens. */
  readonly skip?: (request: Request) => boolean
}

/** An adapter's options: core's, or a client made before, plus what concerns requests. */
export type AdapterOptions<
  Request,
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
> = RequestOptions<Request> &
  (AppConfigOptions<Schema> | { readonly client: AppConfigClient<ConfigOf<Schema>> })

/** Answers at once for a warm tenant; undefined for a request that is skipped. */
export interface RequestConfigurator<Request, Config> {
  readonly client: AppConfigClient<Config>
  configFor(request: Request): Config | undefined | Promise<Config>
}

/**
 * Reads an adapter's options and makes the client, unless there is one. A client made here starts
 * loading now; what goes wrong with it is told by requests, events and `health()`.
 *
 * @throws {OptionsError} for wrong options.
 */
export function configureRequests<Request extends RequestLike, Schema extends StandardSchemaV1 | undefined>(
  options: AdapterOptions<Request, Schema>,
): RequestConfigurator<Request, ConfigOf<Schema>> {
  const {
    tenant = tenantFromEnvironment(),
    context,
    skip,
    client: given,
    ...core
  } = options as RequestOptions<Request> &
    AppConfigOptions<Schema> & { client?: AppConfigClient<ConfigOf<Schema>> }
  for (const [name, value] of Object.entries({ tenant, context, skip })) {
    if (value !== undefined && typeof value !== 'function') throw notA('function of the request', name, value)
  }
  if (given && Object.keys(core).length > 0) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `a client and options of one are both given (${Object.keys(core).join(', ')}). Give one or the other`,
    )
  }
  const client = given ?? createAppConfig(core as AppConfigOptions<Schema>)
  if (client.needsTenant && !tenant) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      'some layers depend on the tenant, and nothing says whose a request is. Give the option tenant, or set APPCONFIG_TENANT_HEADER',
    )
  }
  void client.start().catch(() => {})

  function configOf(
    request: Request,
    resolved: ResolvedTenant,
  ): ConfigOf<Schema> | Promise<ConfigOf<Schema>> {
    if (resolved === undefined) throw missingTenant()
    const resolveOptions = context && { context: context(request) }
    return client.peek(resolved, resolveOptions) ?? client.resolve(resolved, resolveOptions)
  }
  return {
    client,
    configFor(request) {
      if (skip?.(request)) return undefined
      const already = bindingOf(request)
      if (already) return checkClient(already, client) as ConfigOf<Schema>
      const resolved = tenant ? tenant(request) : null
      const config = isPromise(resolved)
        ? Promise.resolve(resolved).then((later) => configOf(request, later))
        : configOf(request, resolved)
      return isPromise(config)
        ? config.then((later) => bind(request, client, later))
        : bind(request, client, config)
    },
  }
}

interface Binding {
  readonly client: object
  readonly config: unknown
}

const bindings = sharedState('requests', () => new WeakMap<object, Binding>())

function bindingOf(request: object): Binding | undefined {
  return bindings.get(request)
}

function bind<Config>(request: object, client: object, config: Config): Config {
  const already = bindingOf(request)
  // Decided meanwhile by a second mounting: the first to come stands.
  if (already) return checkClient(already, client) as Config
  bindings.set(request, { client, config })
  return config
}

function checkClient(binding: Binding, client: object): unknown {
  if (binding.client === client) return binding.config
  throw new WiringError(
    'CLIENT_CONFLICT',
    'this request already has the configuration of another client. Make one client and give it to every appConfig({ client })',
  )
}

/**
 * The configuration of a request.
 *
 * @param asking who wants to know, for the error's text.
 * @throws {WiringError} `MIDDLEWARE_MISSING`: a flag nobody could know must not look like one that is off.
 */
export function requestConfig(request: object, asking: string): RegisteredConfig {
  const binding = bindingOf(request)
  if (binding) return binding.config as RegisteredConfig
  throw new WiringError(
    'MIDDLEWARE_MISSING',
    `${asking} was reached by a request without configuration. Put app.use(appConfig(…)) before it, and don't \`skip\` its requests`,
  )
}

/** Whether a flag is on for this request: the same answer whoever asks, however often. */
export function isEnabledFor(request: object, flag: string, asking: string): boolean {
  return isOn(requestConfig(request, asking), flag)
}

/**
 * What a gate answers with when its flag is off.
 *
 * @param status of the answer; 404 hides that there is anything.
 */
export function flagOff(flag: string, status: number): WiringError {
  return new WiringError('FLAG_OFF', `the flag ${quoted(flag)} is off`, { status })
}

/** The status option of a gate. */
export function checkGate(flag: unknown, status: unknown): void {
  if (typeof flag !== 'string' || flag === '') throw notA('flag name', 'flag', flag)
  if (!Number.isInteger(status) || (status as number) < 400 || (status as number) > 599)
    throw notA('HTTP status from 400 to 599', 'status', status)
}

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

function notA(what: string, name: string, got: unknown): OptionsError {
  return new OptionsError('OPTIONS_INVALID', `${name} must be a ${what}, got ${quoted(got)}`)
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | undefined)?.then === 'function'
}
