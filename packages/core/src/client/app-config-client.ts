/**
 * What a client can be asked.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { AppConfigEvents, EventName } from '../events.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { RegisteredConfig } from '../types.ts'
import type { Seen } from '../views/seen.ts'
import type { Health } from './health.ts'
import type { Inspection, InspectOptions } from './inspection.ts'
import type { ResolveOptions } from './resolve-options.ts'

/**
 * For adapters: `peek` without making the configuration as an object. A symbol, since a client may be of another copy
 * of this code, or of the user's own and without it.
 */
export const LOOK: unique symbol = Symbol.for('appconfig-kit.look')

export interface AppConfigClient<Config = RegisteredConfig> {
  /**
   * Loads what does not depend on a tenant. Later calls answer as the first did, until that failed.
   *
   * @param options.keepsProcessAlive whether the process stays until the promise is settled; default true.
   * @throws {UnavailableError} `CONFIG_UNAVAILABLE` when it can't be had or `startTimeoutMs` is over. The
   * client goes on trying all the same.
   */
  start(options?: { readonly keepsProcessAlive?: boolean }): Promise<void>
  /**
   * The configuration of a tenant; without one, of the layers that need none.
   *
   * @throws {TenantError} 4xx, or 503 when too many new tenants come at once.
   * @throws {UnavailableError} `CONFIG_UNAVAILABLE` (503) when there is nothing to serve.
   */
  resolve(tenant?: Tenant | string | null, options?: ResolveOptions): Promise<Config>
  /** The same, at once; undefined when the tenant is not warm. */
  peek(tenant?: Tenant | string | null, options?: ResolveOptions): Config | undefined
  /** @internal */
  readonly [LOOK]?: (
    tenant: Tenant | string | null | undefined,
    options: ResolveOptions | undefined,
  ) => Seen | undefined
  /** Which layer and version each key of a tenant's configuration came from. */
  inspect(tenant?: Tenant | string | null, options?: InspectOptions): Inspection
  health(): Health
  /**
   * @returns a function that takes the listener off.
   * @throws {OptionsError} `OPTIONS_INVALID` for an event there is not.
   */
  on<Name extends EventName>(name: Name, listener: (event: AppConfigEvents[Name]) => void): () => void
  /** Stops everything; from here on `resolve` rejects with `CLIENT_CLOSED`. */
  close(): Promise<void>
  /** Whether some layer can only be known with a tenant. */
  readonly needsTenant: boolean
  /** The option of that name: whether adapters keep the request's configuration in async context. */
  readonly asyncContext: boolean
  /** The option of that name: how long a request may wait, for adapters too. */
  readonly resolveTimeoutMs: number
  /** The option of that name: what waits for a request is measured on it. */
  readonly clock: Clock
}
