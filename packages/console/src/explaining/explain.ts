/**
 * What one request would get, and from where.
 *
 * The client says it: `peek` chooses as it does for requests, `inspect` knows the origins. Neither loads anything.
 *
 * @module
 */
import { type AppConfigClient, evaluateFlags, type Inspection, type JsonValue } from '@appconfig-kit/core'
import { isPlainObject } from '@appconfig-kit/core/documents'
import { contextOf, type RuleContext } from '@appconfig-kit/core/rules'
import type { Explanation, ShownLayer, Subject } from '../wire.ts'
import { explainFlags } from './explain-flags.ts'
import { leavesOf } from './leaves.ts'
import { originsOf } from './origins.ts'
import { shown } from './shown-value.ts'

/** An explanation, and the values themselves, by key: to compare those that are not shown. */
export interface Explained {
  readonly explanation: Explanation
  readonly values: ReadonlyMap<string, JsonValue>
}

/** More rows than anybody reads. */
const MOST_KEYS = 2000

/** @param values whether values of documents may be told. */
export function explain(
  client: AppConfigClient<unknown>,
  { tenant, context }: Subject,
  { values }: { readonly values: boolean },
): Explained {
  const inspection = client.inspect(tenant, { values: true })
  const facts = known(contextOf(tenant ?? undefined, context))
  const config =
    inspection.state === 'cold' ? undefined : seenBy(client, { tenant, context }, inspection, facts)
  const origins = originsOf(inspection)
  const leaves = config === undefined ? new Map<string, JsonValue>() : leavesOf(config)
  const keys = [...leaves].slice(0, MOST_KEYS).map(([key, value]) => ({
    key,
    value: shown(value, values),
    ...origins.of(key),
  }))
  const explanation = {
    tenant: tenant?.id ?? null,
    state: inspection.state,
    isStale: inspection.isStale,
    error: inspection.error,
    layers: inspection.layers.map(shownLayer),
    flags: explainFlags(config, inspection, { facts, values, origins }),
    keys,
    keysLeftOut: leaves.size - keys.length,
  }
  return { explanation, values: leaves }
}

/** Without what the tenant has not: it is not in the context, for whoever reads why. */
function known(facts: RuleContext): RuleContext {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}

/** What a request sees; where the source would be asked for its variants, they are as they came. */
function seenBy(
  client: AppConfigClient<unknown>,
  { tenant, context }: Subject,
  { config }: Inspection,
  facts: RuleContext,
): JsonValue {
  const seen = client.peek(tenant, { context }) as JsonValue | undefined
  if (seen !== undefined) return seen
  return isPlainObject(config) ? evaluateFlags(config, facts) : (config ?? null)
}

function shownLayer(layer: Inspection['layers'][number]): ShownLayer {
  const { status, used, isHeldBack, optional, variants, lastError } = layer
  return {
    name: nameOf(layer),
    status,
    version: used && (used.versionLabel ?? used.revision),
    isHeldBack,
    optional,
    variants,
    // An error that is over is none of the layer's state.
    problem: status === 'ok' && !isHeldBack ? undefined : lastError?.message,
  }
}

/** As `inspect` names origins. */
function nameOf({ application, environment, profile, section }: Inspection['layers'][number]): string {
  const name = `${application}/${environment}/${profile}`
  return section === undefined ? name : `${name}#${section}`
}
