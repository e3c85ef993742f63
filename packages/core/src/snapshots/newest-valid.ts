/**
 * The newest valid configuration of a set of layers.
 *
 * The current version of every layer is tried first. If that is not valid, as few layers as possible are held
 * back at their last good version, the lowest first. So a bad base never stops a good layer above it, such as
 * a kill switch.
 *
 * @module
 */
import { DocumentError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import type { HeldVersion } from '../layers/layer-value.ts'
import { isItsOwnDocument, type TenantLayer } from '../layers/tenant-layer.ts'
import { sharedList } from '../shared-list.ts'
import type { Steps } from '../turns.ts'
import type { Compose } from './compose.ts'

/** The versions a layer can use. */
export interface LayerChoice {
  readonly current: HeldVersion
  /** The last good version; the same as `current` if there is no other. */
  readonly previous: HeldVersion
}

/** A valid configuration, and the layers it holds back. */
export interface Composed {
  readonly snapshot: JsonValue
  /** The version each layer uses. */
  readonly versions: readonly HeldVersion[]
  /** The layers that were held back; empty if all are current. */
  readonly heldBack: readonly number[]
  readonly error: DocumentError | undefined
}

/**
 * Tries the choices until one is valid, in steps.
 *
 * @returns the error of the current versions when no choice is valid.
 */
export function* newestValid(
  layers: readonly TenantLayer[],
  choices: readonly LayerChoice[],
  compose: Compose,
): Steps<Composed | DocumentError> {
  let firstError: DocumentError | undefined
  for (const heldBack of waysToHoldBack(choices)) {
    const chosen = choices.map(({ current, previous }, at) => (heldBack.includes(at) ? previous : current))
    const versions = layers.some(isItsOwnDocument) ? chosen : sharedList(chosen)
    const snapshot = yield* compose(layers, versions)
    if (!(snapshot instanceof DocumentError)) return { snapshot, versions, heldBack, error: firstError }
    firstError ??= snapshot
  }
  return firstError as DocumentError
}

/** Trying all combinations of this many changed layers costs at most 32 checks. */
const MOST_COMBINED = 5
const NONE: readonly number[] = []

/**
 * The sets of layers to hold back, in the order of trials: none; each alone, from the lowest; larger sets;
 * all.
 */
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
