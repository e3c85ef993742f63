/**
 * The newest valid configuration of a set of layers.
 *
 * The current version of every layer is tried first. Where that is not valid, as few layers as
 * possible are held back at the version that was good before, the lowest first, so that a bad base
 * never keeps a good layer above it (the kill switch) from taking effect.
 *
 * @module
 */
import { DocumentError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import type { HeldVersion } from '../layers/layer-value.ts'
import type { TenantLayer } from '../layers/tenant-layers.ts'
import type { Compose } from './compose.ts'

/** One layer's choices. */
export interface LayerChoice {
  readonly current: HeldVersion
  /** What was good before; the same as `current` where nothing was, or nothing has changed. */
  readonly previous: HeldVersion
}

/** A valid configuration, and the layers it holds back. */
export interface Composed {
  readonly snapshot: JsonValue
  /** What each layer gave. */
  readonly versions: readonly HeldVersion[]
  /** Which layers were held back, and why: empty when everything is current. */
  readonly heldBack: readonly number[]
  readonly error: DocumentError | undefined
}

/**
 * Tries the choices until one is valid.
 *
 * @returns the error of the current versions when no choice is valid.
 */
export function newestValid(
  layers: readonly TenantLayer[],
  choices: readonly LayerChoice[],
  compose: Compose,
): Composed | DocumentError {
  let firstError: DocumentError | undefined
  for (const heldBack of waysToHoldBack(choices)) {
    const versions = choices.map(({ current, previous }, at) => (heldBack.includes(at) ? previous : current))
    const snapshot = compose(layers, versions)
    if (!(snapshot instanceof DocumentError)) return { snapshot, versions, heldBack, error: firstError }
    firstError ??= snapshot
  }
  return firstError as DocumentError
}

/** Trying all combinations of this many changed layers costs at most 32 checks. */
const MOST_COMBINED = 5
const NONE: readonly number[] = []

/** Sets of layers to hold back: none, each alone from the lowest, then more; last of all, all. */
function* waysToHoldBack(choices: readonly LayerChoice[]): Generator<readonly number[]> {
  yield NONE
  const changed = choices.flatMap(({ current, previous }, at) => (current === previous ? [] : [at]))
  if (changed.length > MOST_COMBINED) {
    for (const at of changed) yield [at]
    yield changed
    return
  }
  const subsets = Array.from({ length: 2 ** changed.length }, (_, bits) =>
    changed.filter((_, bit) => bits & (1 << bit)),
  )
  yield* subsets.sort((a, b) => a.length - b.length).slice(1)
}
