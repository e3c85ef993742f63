/**
 * A client over a test's configuration.
 *
 * It has the interface of a real one. It is started and warm from the beginning, answers synchronously, and
 * makes no call and no timer.
 *
 * @module
 */
import { type AppConfigClient, LOOK } from '../client/app-config-client.ts'
import { inspectEntry } from '../client/inspection.ts'
import type { ResolveOptions } from '../client/resolve-options.ts'
import { systemClock } from '../clock.ts'
import type { Emitter } from '../events.ts'
import type { JsonValue } from '../json.ts'
import { DEFAULT_TENANT_ID_PATTERN, type Tenant, toTenant } from '../tenants/tenant.ts'
import type { GivenTenant } from '../tenants/tenant-entries.ts'
import { viewOf } from '../views/view.ts'
import { observedConfig } from './observed-config.ts'
import { healthOfLayer } from './test-layers.ts'
import type { TestState } from './test-state.ts'

/** What requests of a tenant see now. @throws {TenantError} `TENANT_ID_INVALID`. */
export type Serve = (given: GivenTenant, options?: ResolveOptions) => JsonValue

/** What a test's configuration serves. */
export function serving(state: TestState): Serve {
  return function serve(given, options) {
    const tenant = tenantOf(given)
    const { value, config } = state.snapshotOf(tenant?.id)
    return config ?? observedConfig(value, viewOf(value, tenant, options?.context))
  }
}

/** Makes the client. */
export function createTestClient<Config>(
  state: TestState,
  serve: Serve,
  emitter: Emitter,
  asyncContext: boolean,
): AppConfigClient<Config> {
  // As a real client does, it leaves errors of a tenant to `resolve`, whose promise is rejected.
  function look(given: GivenTenant, options: ResolveOptions | undefined): JsonValue | undefined {
    return isTenant(given) ? serve(given, options) : undefined
  }
  return {
    start: async () => {},
    resolve: async (given, options) => serve(given, options) as Config,
    peek: (given, options) => look(given, options) as Config | undefined,
    [LOOK]: look,
    inspect(given, options = {}) {
      const { layers, value } = state.snapshotOf(tenantOf(given)?.id)
      const entry = {
        snapshot: value,
        layers: layers.map(({ layer }) => layer),
        versions: layers.map(({ version }) => version),
        documents: layers.map((layer) => ({ health: () => healthOfLayer(layer) })),
        refused: [],
        error: undefined,
      }
      return inspectEntry(entry, undefined, false, options)
    },
    health: () => ({
      status: 'ok',
      documents: state.snapshotOf(undefined).layers.map(healthOfLayer),
      tenantDocuments: {},
      warmTenants: 0,
    }),
    usage: () => [],
    on: emitter.on,
    // It holds nothing, and outlives the applications of the tests that share it.
    close: async () => {},
    needsTenant: false,
    asyncContext,
    resolveTimeoutMs: 2000,
    clock: systemClock,
  }
}

function tenantOf(given: GivenTenant): Tenant | undefined {
  return given === null || given === undefined ? undefined : toTenant(given, DEFAULT_TENANT_ID_PATTERN)
}

function isTenant(given: GivenTenant): boolean {
  try {
    tenantOf(given)
    return true
  } catch {
    return false
  }
}
