/**
 * The configuration of a test.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type AppConfigClient, LOOK } from '../client/app-config-client.ts'
import type { ResolveOptions } from '../client/resolve-options.ts'
import { describeVersion } from '../documents/version.ts'
import { OptionsError, quoted, WiringError } from '../errors.ts'
import { createEmitter } from '../events.ts'
import type { JsonObject } from '../json.ts'
import { didYouMean, refuseUnknownOptions } from '../options/known-options.ts'
import { checkWith } from '../snapshots/check-schema.ts'
import { DEFAULT_TENANT_ID_PATTERN, type Tenant, toTenant } from '../tenants/tenant.ts'
import type { ConfigOf, FlagKey, RegisteredConfig, VariantName } from '../types.ts'
import { createTestClient, serving } from './test-client.ts'
import { makeLayer, type TestLayer } from './test-layers.ts'
import { createTestState } from './test-state.ts'
import { type TestPatch, type TestValues, toDocument } from './values.ts'
import { chosenVariant } from './variant-choice.ts'

/** Options of {@link testConfig}. */
export interface TestConfigOptions<
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
> {
  /** What single tenants get over the values of all, by tenant id. @default none */
  readonly tenants?: Readonly<Record<string, TestPatch<ConfigOf<Schema>>>>
  /** The application's schema: values that it refuses are an error. @default no validation */
  readonly schema?: Schema
  /** As the option of the application's client. In Nest's testing module it is on. @default false */
  readonly asyncContext?: boolean
}

/** A configuration that a test sets. Methods may be passed around without it. */
export interface TestConfig<Config = RegisteredConfig> {
  /** For `appConfig({ client })`: a client like any other, started, warm, without calls and timers. */
  readonly client: AppConfigClient<Config>
  /**
   * Changes values, for the requests to come; a request that was decided keeps what it has. Values stand over
   * those before, and below those of single tenants; {@link TestPatch} says how they merge.
   *
   * @throws {OptionsError} `OPTIONS_INVALID` for a key that `testConfig` was not given, and for what JSON can't hold.
   * @throws {DocumentError} for rules that don't compile, and for values that the schema refuses. Nothing has
   * changed then.
   */
  set(patch: TestPatch<Config>): void
  set<Key extends keyof Config & string>(key: Key, value: TestPatch<Config>[Key]): void
  /** The same for one tenant. @throws {TenantError} `TENANT_ID_INVALID`; and as {@link set}. */
  setFor(tenant: string, patch: TestPatch<Config>): void
  setFor<Key extends keyof Config & string>(tenant: string, key: Key, value: TestPatch<Config>[Key]): void
  /**
   * Chooses a variant of a flag for all requests, whatever its rules say. A flag that was given without
   * `_variants` is on, in that variant.
   *
   * @param options.tenant the id of the one tenant to choose it for.
   * @throws {OptionsError} `OPTIONS_INVALID` for a variant that the flag does not have; and as {@link set}.
   */
  setVariant<Flag extends FlagKey<Config>>(
    flag: Flag,
    variant: VariantName<Flag, Config>,
    options?: { readonly tenant?: string },
  ): void
  /** Back to what `testConfig` was given, tenants too. Without a change before it does nothing. */
  reset(): void
  /**
   * What a request would see now: for unit tests, and for `withConfig(config.current(), work)`.
   *
   * @throws {TenantError} `TENANT_ID_INVALID`.
   */
  current(tenant?: Tenant | string | null, options?: ResolveOptions): Config
}

/**
 * Makes a configuration for tests, typed as the application's own.
 *
 * Make one for each test file, or for each test where tests run at the same time.
 *
 * @param values the keys that the tests use; others can't be set later.
 * @throws {OptionsError} `OPTIONS_INVALID` for an unknown option, and for what JSON can't hold.
 * @throws {DocumentError} for rules that don't compile, and for values that the schema refuses.
 * @throws {TenantError} `TENANT_ID_INVALID`.
 * @throws {WiringError} `TESTING_IN_PRODUCTION` where `NODE_ENV` is `production`.
 */
export function testConfig<Schema extends StandardSchemaV1 | undefined = undefined>(
  values: TestValues<ConfigOf<Schema>>,
  options: TestConfigOptions<Schema> = {},
): TestConfig<ConfigOf<Schema>> {
  refuseProduction()
  refuseUnknownOptions('testConfig() behind the values', options, ['tenants', 'schema', 'asyncContext'])
  const { tenants = {}, asyncContext = false } = options
  const given = [
    [undefined, makeLayer('config', toDocument('testConfig()', values), undefined)] as const,
    ...Object.entries(tenants).map(
      ([id, own]) => [id, layerOf(id, 'tenant', toDocument(`tenants.${id}`, own))] as const,
    ),
  ]
  const keys = [...new Set(given.flatMap(([, { version }]) => Object.keys(version.value)))]
  const state = createTestState(given, checkWith(options.schema))
  const emitter = createEmitter()
  const serve = serving(state)

  function change(of: string, tenant: string | undefined, document: JsonObject): void {
    const layer = layerOf(tenant, 'set', document)
    const unknown = Object.keys(layer.version.value).find((key) => !keys.includes(key))
    if (unknown !== undefined) throw unknownKey(of, unknown, keys)
    state.add(layer, tenant)
    announce(layer)
  }
  function announce({ layer, version }: TestLayer): void {
    emitter.emit('change', {
      document: layer.document,
      version: describeVersion(version),
      changedKeys: Object.keys(version.value),
    })
  }
  return {
    client: createTestClient(state, serve, emitter, asyncContext),
    set: (patchOrKey: unknown, ...value: unknown[]) =>
      change('set()', undefined, patchOf('set()', patchOrKey, value)),
    setFor: (tenant: string, patchOrKey: unknown, ...value: unknown[]) =>
      change('setFor()', tenant, patchOf('setFor()', patchOrKey, value)),
    setVariant(flag, variant, { tenant } = {}) {
      const layers = state.snapshotOf(tenant).layers.map(({ version }) => version.value)
      change('setVariant()', tenant, { [flag]: chosenVariant(flag, variant, layers) })
    },
    reset() {
      state.reset()
      for (const [, layer] of given) announce(layer)
    },
    current: (tenant, resolveOptions) => serve(tenant, resolveOptions) as ConfigOf<Schema>,
  }
}

/** Whether a value is a {@link TestConfig}, and not values for one. */
export function isTestConfig(value: object): value is TestConfig {
  const { client } = value as { readonly client?: Partial<AppConfigClient> }
  return typeof client === 'object' && client !== null && LOOK in client
}

/** @throws {TenantError} `TENANT_ID_INVALID`. */
function layerOf(tenant: string | undefined, profile: string, document: JsonObject): TestLayer {
  if (tenant === undefined) return makeLayer(profile, document, undefined)
  const { id } = toTenant(tenant, DEFAULT_TENANT_ID_PATTERN)
  return makeLayer(`${profile}-${id}`, document, id)
}

function patchOf(of: string, patchOrKey: unknown, value: readonly unknown[]): JsonObject {
  if (typeof patchOrKey !== 'string') return toDocument(of, patchOrKey)
  if (value.length === 0) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `${of} got the key ${quoted(patchOrKey)} and no value. Give one; undefined removes the key`,
    )
  }
  return toDocument(of, Object.fromEntries([[patchOrKey, value[0]]]))
}

function unknownKey(of: string, key: string, keys: readonly string[]): OptionsError {
  const known = keys.length === 0 ? 'It was given none' : didYouMean(key, keys)
  return new OptionsError(
    'OPTIONS_INVALID',
    `${of}: this testConfig has no key ${quoted(key)}. ${known}. A key has to be given to testConfig() first, if only with undefined`,
  )
}

/** Whoever serves customers by this would serve them what a test made up. */
function refuseProduction(): void {
  if (process.env['NODE_ENV'] !== 'production') return
  throw new WiringError(
    'TESTING_IN_PRODUCTION',
    'testConfig() is for tests, and NODE_ENV is production. Use appConfig(…) with a real source; to run tests, set NODE_ENV to test',
  )
}
