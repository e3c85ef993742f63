/**
 * The interface of a client.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { Watching } from '../decisions/tell-decisions.ts'
import type { AppConfigEvents, Emitter, EventName } from '../events.ts'
import type { Overriding } from '../overrides/overriding.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { RegisteredConfig } from '../types.ts'
import type { Outcome, Usage } from '../usage/usage.ts'
import type { Seen } from '../views/seen.ts'
import type { Health } from './health.ts'
import type { Inspection, InspectOptions } from './inspection.ts'
import type { ResolveOptions } from './resolve-options.ts'

/**
 * For adapters: `peek` without building the configuration object. It is a symbol because a client may come
 * from another copy of this code, or be the user's own and lack it.
 */
export const LOOK: unique symbol = Symbol.for('appconfig-kit.look')

/** For adapters: where a request is counted when it has ended. A symbol for the same reason. */
export const COUNT: unique symbol = Symbol.for('appconfig-kit.count')

/** For adapters: what a request sees after its override. A symbol for the same reason. */
export const OVERRIDE: unique symbol = Symbol.for('appconfig-kit.override')

/** For adapters: tells the listeners of an event. A symbol for the same reason. */
export const EMIT: unique symbol = Symbol.for('appconfig-kit.emit')
/**
 * For what compares configurations after a change: whether a tenant's is being brought up to date, and `peek` gives the
 * one before. A symbol for the same reason.
 */
export const IS_UPDATING: unique symbol = Symbol.for('appconfig-kit.is-updating')

/** For what holds connections of its own: told when the client is closed. A symbol for the same reason. */
export const ON_CLOSE: unique symbol = Symbol.for('appconfig-kit.on-close')

/** For adapters: what a request sees, such that its questions are told. A symbol for the same reason. */
export const WATCH: unique symbol = Symbol.for('appconfig-kit.watch')

/** @param seen what the request saw; undefined where there was no configuration for it. */
export type RequestCounter = (seen: Seen | undefined, outcome: Outcome) => void

/**
 * A client of AppConfig: made by {@link createAppConfig}, one for a process, shared by all requests.
 *
 * Methods may be passed around without the client. A `tenant` is a {@link Tenant} or its id; `null` or
 * undefined stand for a request without a tenant, which gets the layers that need none.
 */
export interface AppConfigClient<Config = RegisteredConfig> {
  /**
   * Loads the layers that need no tenant. Until a start has failed, all calls share the first one; after
   * that, a call starts anew.
   *
   * The promise is rejected as soon as the cause is one that does not pass by itself (an absent or invalid
   * document), and at `startTimeoutMs` for all others. The client continues to poll in both cases.
   *
   * @param options.keepsProcessAlive whether the process stays until the promise is settled. @default true
   * @throws {UnavailableError} `CONFIG_UNAVAILABLE` (503); `CLIENT_CLOSED` (503) when the client is closed
   * meanwhile.
   */
  start(options?: { readonly keepsProcessAlive?: boolean }): Promise<void>
  /**
   * The configuration of a tenant: frozen all the way down, the merged layers or a list, text or number where
   * the only layer has `content: 'any'`. Two calls may give the same object.
   *
   * A cold tenant is loaded first, once however many calls wait, for at most `resolveTimeoutMs`. With
   * `onUnavailable: 'defaults'` the defaults stand in for `CONFIG_UNAVAILABLE`.
   *
   * @throws {TenantError} `TENANT_ID_INVALID` (400), `TENANT_UNKNOWN` (404), `TENANT_BUDGET_EXCEEDED` (503).
   * @throws {UnavailableError} `CONFIG_UNAVAILABLE`, `CLIENT_CLOSED`; `RESOLVER_FAILED` and
   * `RESOLVER_TIMEOUT` when `isKnownTenant` gives no answer. All are 503.
   * @throws {WiringError} `LAYER_NAME_INVALID`, `LAYER_DUPLICATE` (500) when a layer function gives such a
   * name; `CONTEXT_INVALID` (400) when the context holds `tenantId`, `tier` or `cell`.
   */
  resolve(tenant?: Tenant | string | null, options?: ResolveOptions): Promise<Config>
  /**
   * The same, synchronously and without loading anything; undefined when the tenant is cold, when the client
   * is closed, and when the source must be asked for variants (`agent({ evaluate: 'agent' })`).
   *
   * @throws {WiringError} `CONTEXT_INVALID`, as {@link resolve}.
   */
  peek(tenant?: Tenant | string | null, options?: ResolveOptions): Config | undefined
  /** @internal */
  readonly [LOOK]?: (
    tenant: Tenant | string | null | undefined,
    options: ResolveOptions | undefined,
  ) => Seen | undefined
  /** @internal */
  readonly [IS_UPDATING]?: (tenant: Tenant | string | null | undefined) => boolean
  /** @internal Undefined without the option `telemetry`. */
  readonly [COUNT]?: RequestCounter | undefined
  /** @internal Undefined without the option `overrides`. */
  readonly [OVERRIDE]?: Overriding | undefined
  /** @internal */
  readonly [EMIT]?: Emitter['emit']
  /** @internal */
  readonly [WATCH]?: Watching
  /** @internal @returns a function that removes the listener. */
  readonly [ON_CLOSE]?: (listener: () => void) => () => void
  /**
   * The provenance of a tenant's configuration: the layer and version each key came from. Loads nothing: the
   * state is `cold` for a tenant that no request was served for lately. Holds no values unless asked for.
   */
  inspect(tenant?: Tenant | string | null, options?: InspectOptions): Inspection
  /** The state of the client and its documents, for a readiness check. Makes no call. */
  health(): Health
  /**
   * What was counted of the versions of documents, with the option `telemetry`: cumulative, so that whoever reads takes
   * the difference to the last reading. Empty without the option. See docs/telemetry.md.
   */
  usage(): readonly Usage[]
  /**
   * Calls `listener` at every event of that name. What a listener throws is dropped.
   *
   * @returns a function that removes the listener.
   * @throws {OptionsError} `OPTIONS_INVALID` for an unknown event, and for a listener that is no function.
   */
  on<Name extends EventName>(name: Name, listener: (event: AppConfigEvents[Name]) => void): () => void
  /**
   * Stops polling, ends all waiting, closes the source, and writes backups that wait, for at most a second. From
   * then on `resolve` rejects with `CLIENT_CLOSED` and `peek` gives undefined. May be called again.
   */
  close(): Promise<void>
  /** Whether some layer depends on the tenant. */
  readonly needsTenant: boolean
  /** The option `asyncContext`: whether adapters keep the request's configuration in async context. */
  readonly asyncContext: boolean
  /** The option `resolveTimeoutMs`: how long a request may wait, also in adapters. */
  readonly resolveTimeoutMs: number
  /** The option `clock`, which time-outs of requests are measured on. */
  readonly clock: Clock
}
