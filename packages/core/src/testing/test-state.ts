/**
 * The state behind a test's configuration: layers for all, layers for single tenants, and what they compose to.
 *
 * Composing is core's own. Only polling is missing: a change is there when the call returns.
 *
 * @module
 */
import { DocumentError } from '../errors.ts'
import { flagWarnings } from '../flags/flag-warnings.ts'
import type { JsonValue } from '../json.ts'
import { problemTeller } from '../logger.ts'
import { murmur3Split } from '../rules/split.ts'
import { mergeBase } from '../snapshots/base.ts'
import type { CheckConfig } from '../snapshots/check-schema.ts'
import { type Compose, createCompose } from '../snapshots/compose.ts'
import { finish } from '../turns.ts'
import { hasViews } from '../views/view.ts'
import { observedConfig } from './observed-config.ts'
import type { TestLayer } from './test-layers.ts'

/** What one tenant's requests see at the moment. */
export interface TestSnapshot {
  readonly layers: readonly TestLayer[]
  readonly value: JsonValue
  /** What requests see; undefined where variants are chosen for each request. */
  readonly config: JsonValue | undefined
}

/** The layers of a test's configuration. */
export interface TestState {
  /** @param tenant an id; undefined for requests without a tenant. */
  snapshotOf(tenant: string | undefined): TestSnapshot
  /**
   * Adds a layer above the others, for all or for one tenant.
   *
   * @throws {DocumentError} `CONFIG_INVALID` where a schema refuses what some tenant would get; then nothing has changed.
   */
  add(layer: TestLayer, tenant: string | undefined): void
  /** Removes all layers but the first ones. */
  reset(): void
}

/** @param given the first layers, by tenant; undefined: for all. */
export function createTestState(
  given: readonly (readonly [tenant: string | undefined, layer: TestLayer])[],
  check: CheckConfig,
): TestState {
  const compose = createTestCompose(check)
  let layers = layersBy(given)
  const first = layers
  let snapshots = composeAll(layers, compose)

  return {
    snapshotOf: (tenant) => snapshots.get(tenant) ?? (snapshots.get(undefined) as TestSnapshot),
    add(layer, tenant) {
      const next = new Map(layers).set(tenant, [...(layers.get(tenant) ?? []), layer])
      snapshots = composeAll(next, compose)
      layers = next
    },
    reset() {
      layers = first
      snapshots = composeAll(layers, compose)
    },
  }
}

type LayersByTenant = ReadonlyMap<string | undefined, readonly TestLayer[]>

function layersBy(given: readonly (readonly [string | undefined, TestLayer])[]): LayersByTenant {
  const layers = new Map<string | undefined, TestLayer[]>([[undefined, []]])
  for (const [tenant, layer] of given) layers.set(tenant, [...(layers.get(tenant) ?? []), layer])
  return layers
}

function composeAll(byTenant: LayersByTenant, compose: Compose): Map<string | undefined, TestSnapshot> {
  const shared = byTenant.get(undefined) ?? []
  return new Map(
    [...byTenant].map(([tenant, own]) => {
      const layers = tenant === undefined ? shared : [...shared, ...own]
      const value = finish(
        compose(
          layers.map(({ layer }) => layer),
          layers.map(({ version }) => version),
        ),
      )
      if (value instanceof DocumentError) throw value
      return [
        tenant,
        { layers, value, config: hasViews(value) ? undefined : observedConfig(value, undefined) },
      ]
    }),
  )
}

function createTestCompose(check: CheckConfig): Compose {
  const tell = problemTeller(undefined)
  return createCompose({
    defaults: undefined,
    check,
    split: murmur3Split,
    warnings: flagWarnings((code, text) => tell('warn', code, text), false),
    usage: undefined,
    mergeBase: mergeBase({ defaults: undefined, split: murmur3Split }),
  })
}
