/**
 * The exposed flags as one request sees them, in the protocol's shape.
 *
 * @module
 */
import { reasonSeen } from '../decisions/reason.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import { configSeen, notesSeen, type Seen } from '../views/seen.ts'
import { isView } from '../views/view.ts'
import { answerFor, topKeyOf } from './answer-for.ts'
import { fingerprint } from './fingerprint.ts'
import { type FlagMetadata, metadataOf } from './flag-metadata.ts'
import type { OfrepSettings } from './options.ts'

/** A flag as the protocol answers it. */
export interface FlagAnswer {
  readonly key: string
  /** `false` for a flag that is off, whatever it holds while it is on. */
  readonly value: JsonValue
  readonly reason: string
  readonly variant?: string
  readonly metadata?: FlagMetadata
}

/** All exposed flags that a configuration has. */
export interface AllFlags {
  readonly flags: readonly FlagAnswer[]
  /** Changes if and only if `flags` do; the same in every process. */
  readonly etag: string
}

/** Flags of requests, answered in the protocol's shape. */
export interface FlagAnswers {
  /** Undefined for a flag that does not exist or is not exposed. */
  one(seen: Seen, key: string): FlagAnswer | undefined
  /** Requests that see the same configuration share the answer. */
  all(seen: Seen): AllFlags
  /** A name of what the exposed flags are in the snapshot that is seen, rules included, whatever they are decided to. */
  stampOf(seen: Seen): string
}

/** Answers of the flags that the options expose. */
export function createFlagAnswers({
  expose,
  hasMetadata,
}: Pick<OfrepSettings, 'expose' | 'hasMetadata'>): FlagAnswers {
  const exposed = new Set(expose)
  const answered = new WeakMap<object, AllFlags>()
  const stamps = new WeakMap<object, string>()

  function one(seen: Seen, key: string): FlagAnswer | undefined {
    if (!exposed.has(key)) return undefined
    const answer = answerFor(seen, key, undefined)
    if (answer.kind !== 'value') return undefined
    const { value, variant } = answer
    const top = topKeyOf(seen, key)
    return {
      key,
      value,
      // Not whether it is stale: the answer would be another one though no flag is.
      reason: reasonSeen(seen, top, undefined).toUpperCase(),
      ...(variant === undefined ? {} : { variant }),
      ...(hasMetadata && { metadata: metadataSeen(seen, top) }),
    }
  }
  function answerAll(seen: Seen): AllFlags {
    const flags = expose.map((key) => one(seen, key)).filter((answer) => answer !== undefined)
    return { flags, etag: `"${fingerprint(JSON.stringify(flags))}"` }
  }
  function nameOf(snapshot: JsonValue): string {
    const held = expose.map((key) => {
      const top = topKeyOf(snapshot, key)
      return [
        isPlainObject(snapshot) ? ownValue(snapshot, top) : null,
        hasMetadata ? metadataSeen(snapshot, top) : null,
      ]
    })
    return fingerprint(JSON.stringify(held))
  }
  return {
    one,
    all: (seen) => remembered(answered, configSeen(seen), () => answerAll(seen)),
    stampOf(seen) {
      const snapshot = isView(seen) ? seen.snapshot : seen
      return remembered(stamps, snapshot, () => nameOf(snapshot))
    },
  }
}

function metadataSeen(seen: Seen, top: string): FlagMetadata {
  const notes = notesSeen(seen)
  if (notes === undefined) return {}
  if (notes.isFallback) return { isFallback: true }
  return notes.overridden?.has(top) ? { layer: 'override' } : metadataOf(notes.originOf?.(top))
}

/** A frozen configuration stays what it is; one that is a list, text or number has no flags. */
function remembered<Made>(known: WeakMap<object, Made>, of: JsonValue, make: () => Made): Made {
  if (typeof of !== 'object' || of === null) return make()
  let made = known.get(of)
  if (made === undefined) {
    made = make()
    known.set(of, made)
  }
  return made
}
