/**
 * Why a flag is as a request sees it.
 *
 * @module
 */
import { isFlagObject } from '../flags/flag.ts'
import { variantNameOf } from '../flags/variant-of.ts'
import type { Choice } from '../flags/variants.ts'
import type { DocumentId } from '../sources/source.ts'
import { choiceSeen, notesSeen, type Seen, valueSeen } from '../views/seen.ts'
import type { DecisionReason } from './flag-decision.ts'

/**
 * Why a key is as a request sees it.
 *
 * @param isStale whether an old content is served of a document; undefined where that is known of none.
 */
export function reasonSeen(
  seen: Seen,
  key: string,
  isStale: ((document: DocumentId) => boolean) | undefined,
): DecisionReason {
  const held = valueSeen(seen, key)
  if (held === undefined) return 'error'
  const notes = notesSeen(seen)
  if (notes?.isFallback) return 'default'
  if (notes?.overridden?.has(key)) return 'targeting_match'
  if (isStale !== undefined && notes?.isMadeOf?.(isStale)) return 'stale'
  if (!isFlagObject(held)) return 'static'
  const hasVariant = variantNameOf(held) !== undefined
  if (held['enabled'] !== true && !hasVariant) return 'disabled'
  const choice = choiceSeen(seen, key)
  // A variant without a choice of ours was chosen by the Agent or by AppConfig, which don't say why.
  if (choice === undefined) return hasVariant ? 'unknown' : 'static'
  return REASONS[choice]
}

const REASONS: Readonly<Record<Choice, DecisionReason>> = {
  rule: 'targeting_match',
  split: 'split',
  default: 'default',
  only: 'static',
  off: 'disabled',
}
