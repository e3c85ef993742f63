/**
 * What a request sees of its tenant's snapshot: the snapshot itself, or its view of it.
 *
 * @module
 */
import { type ConfigNotes, notesOf } from '../config-notes.ts'
import type { Choice } from '../flags/variants.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import type { RequestContext } from './context.ts'
import { isView, type View } from './view.ts'

/** A snapshot that all requests see alike, or one request's view of it. */
export type Seen = JsonValue | View

/** A view's configuration is made when somebody reads it. */
export function configSeen(seen: Seen): JsonValue {
  return isView(seen) ? seen.config : seen
}

/** One key of it; of a view, no other flag is decided. */
export function valueSeen(seen: Seen, key: string): JsonValue | undefined {
  if (isView(seen)) return seen.valueOf(key)
  return isPlainObject(seen) ? ownValue(seen, key) : undefined
}

/** What is known of it; a view's configuration is not made for that. */
export function notesSeen(seen: Seen): ConfigNotes | undefined {
  return notesOf(isView(seen) ? seen.snapshot : seen)
}

/** How the variant of a flag was chosen; undefined for what has no rules in this process. */
export function choiceSeen(seen: Seen, key: string): Choice | undefined {
  return isView(seen) ? seen.choiceOf(key) : notesOf(seen)?.overridden?.choiceOf(key)
}

/** The same with more context, where variants are chosen in this process; the request's own context wins. */
export function seenWith(seen: Seen, more: RequestContext): Seen {
  return isView(seen) ? seen.withContext(more) : seen
}
