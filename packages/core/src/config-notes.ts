/**
 * What is known of a configuration, kept beside it.
 *
 * Beside, never inside: a configuration's keys are the user's. In a private field and not in a map: there may be a
 * configuration for each request, and an entry of a `WeakMap` costs a microsecond.
 *
 * @module
 */
import type { DocumentVersion } from './documents/version.ts'
import type { Choice, VariantFlags } from './flags/variants.ts'
import { createHiddenValue } from './hidden-value.ts'
import type { TenantLayer } from './layers/tenant-layer.ts'
import { sharedState } from './shared-state.ts'
import type { DocumentId } from './sources/source.ts'
import type { Counts, UsageCounter } from './usage/usage.ts'

/** One layer of a configuration and its version. */
export interface LayerVersion extends Omit<DocumentId, 'entity'>, DocumentVersion {
  /** The section of the document that was used, where one was. */
  readonly section: string | undefined
}

/** Where mistakes with the flags of a configuration are reported. */
export interface FlagWarnings {
  /** A flag was asked for and found to be none; absent in production. */
  readonly noFlag: ((flag: string, problem: string) => void) | undefined
  /** A request has a variant that no handler is for. */
  readonly unlistedVariant: (flag: string, variant: string) => void
}

/** The layer that a key comes from. */
export interface Origin {
  readonly layer: Pick<TenantLayer, 'document' | 'scope' | 'isWritten'>
  readonly version: DocumentVersion
}

/** The provenance of a configuration, and where mistakes with its flags are reported. */
export interface ConfigNotes {
  /** Lowest first. */
  readonly layers: readonly LayerVersion[]
  /** Whether it is `defaults`, served because there was no configuration to be had. */
  readonly isFallback: boolean
  readonly warnings: FlagWarnings | undefined
  /** The highest layer that has a key, with its version; undefined where none has, as for `defaults`. */
  readonly originOf?: (key: string) => Origin | undefined
  /** Whether it is made of a document for which the test holds; absent where there are no layers. */
  readonly isMadeOf?: (test: (document: DocumentId) => boolean) => boolean
  /** Where its requests are counted; undefined without the option `telemetry`. */
  readonly usage: CountedBy | undefined
  /** Whether a layer of one of these profiles has a value for the key; absent where there are no layers. */
  readonly isHeldBy?: (profiles: readonly string[], key: string) => boolean
  /** The flags whose variants are chosen in this process. */
  readonly variants?: VariantFlags
  /** What a tester's override has changed; absent without one. */
  readonly overridden?: Overridden
}

/** The flags that are as a tester's override has them, and how the variants of others were chosen. */
export interface Overridden {
  has(flag: string): boolean
  /** Undefined for a flag without rules, and for one that is overridden. */
  choiceOf(flag: string): Choice | undefined
}

/** The counts of a configuration, and what adds to them. */
export interface CountedBy {
  readonly counter: UsageCounter
  readonly counts: Counts
}

const notes = sharedState('config-notes', () => createHiddenValue<ConfigNotes>())

/** To be called before the configuration is frozen: to one that is, a private field is not added. */
export function noteOn(config: object, of: ConfigNotes): void {
  notes.set(config, of)
}

/** Undefined for what is no configuration of ours. */
export function notesOf(config: unknown): ConfigNotes | undefined {
  return typeof config === 'object' && config !== null ? notes.get(config) : undefined
}
