/**
 * What a configuration was made of, kept beside it.
 *
 * Beside, never inside: a configuration's keys are the user's.
 *
 * @module
 */
import type { DocumentVersion } from '../documents/version.ts'
import { sharedState } from '../shared-state.ts'
import type { DocumentId } from '../sources/source.ts'

/** One layer of a configuration and its version. */
export interface LayerVersion extends DocumentId, DocumentVersion {
  /** The section of the document that was used, where one was. */
  readonly section: string | undefined
}

interface Stamp {
  readonly layers: readonly LayerVersion[]
  readonly isFallback: boolean
}

const stamps = sharedState('stamps', () => new WeakMap<object, Stamp>())

export function stampWith<T extends object>(config: T, stamp: Stamp): T {
  stamps.set(config, Object.freeze(stamp))
  return config
}

/** Gives a view the stamp of what it is a view of. */
export function restamp<T extends object>(view: T, snapshot: object): T {
  const stamp = stamps.get(snapshot)
  if (stamp) stamps.set(view, stamp)
  return view
}

/**
 * The layers a configuration was made of, lowest first, each with its version.
 *
 * @returns an empty list for what is no configuration of ours, and for `defaults` served in place
 * of one.
 */
export function versionOf(config: unknown): readonly LayerVersion[] {
  return stampOf(config)?.layers ?? []
}

/** Whether this is `defaults`, served because there was no configuration to be had. */
export function isFallback(config: unknown): boolean {
  return stampOf(config)?.isFallback ?? false
}

function stampOf(config: unknown): Stamp | undefined {
  return typeof config === 'object' && config !== null ? stamps.get(config) : undefined
}
