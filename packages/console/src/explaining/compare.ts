/**
 * What several requests would get, and where they differ.
 *
 * Compared are the values, also where they are not shown.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import type { Comparison, ShownFlag } from '../wire.ts'
import type { Explained } from './explain.ts'

/** Of one, nothing differs. */
export function compare(explained: readonly Explained[]): Comparison {
  const explanations = explained.map(({ explanation }) => explanation)
  const [first, second] = explained
  const differ = first && second
  return {
    explanations,
    differingKeys: differ ? differing(first.values, second.values) : [],
    differingFlags: differ ? differing(byKey(first), byKey(second)) : [],
  }
}

function byKey({ explanation }: Explained): ReadonlyMap<string, unknown> {
  return new Map(explanation.flags.map(({ key, enabled, variant }: ShownFlag) => [key, { enabled, variant }]))
}

function differing(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): readonly string[] {
  const keys = [...new Set([...a.keys(), ...b.keys()])]
  return keys.filter((key) => a.has(key) !== b.has(key) || !isDeepStrictEqual(a.get(key), b.get(key)))
}
