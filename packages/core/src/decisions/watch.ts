/**
 * Who has asked what: each flag that is asked for is told once for each request.
 *
 * A configuration is shared by all requests that see the same, so it can't say which request asks. While somebody
 * listens, each request gets a view and, when it is read, a configuration object of its own. While nobody does, a
 * question costs one comparison.
 *
 * @module
 */
import { noteOn, notesOf } from '../config-notes.ts'
import type { Choice } from '../flags/variants.ts'
import { createHiddenValue } from '../hidden-value.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { sharedState } from '../shared-state.ts'
import type { RequestContext } from '../views/context.ts'
import { choiceSeen, configSeen, type Seen, seenWith, valueSeen } from '../views/seen.ts'
import { isView, VIEW, type View } from '../views/view.ts'

/** Called with what a request sees and the flag it asks for, once for each flag. */
export type TellDecision = (seen: Seen, flag: string) => void

/** The listeners of all clients: how many there are. */
const listening = sharedState('decision-listeners', () => ({ count: 0 }))

/** Whether any client has a listener of its decisions. On the path of every request. */
export function isAnyoneListening(): boolean {
  return listening.count > 0
}

/** A listener was added, or removed. */
export function countListener(change: 1 | -1): void {
  listening.count += change
}

const watches = sharedState('decision-watches', () => createHiddenValue<Watch>())

/** A flag of what a request sees, or of its configuration, was asked for. On the path of every request. */
export function noteDecision(seen: unknown, flag: string): void {
  if (isAnyoneListening()) watches.get(seen as object)?.note(flag)
}

/** Whether its questions are told. */
export function isWatched(seen: unknown): boolean {
  return watches.get(seen as object) !== undefined
}

/** The names of flags may come from a request. */
const MOST_FLAGS = 1000

class Watch {
  readonly seen: Seen
  readonly #tell: TellDecision
  readonly #told: Set<string>

  constructor(seen: Seen, tell: TellDecision, told: Set<string>) {
    this.seen = seen
    this.#tell = tell
    this.#told = told
  }

  note(flag: string): void {
    if (this.#told.has(flag) || this.#told.size >= MOST_FLAGS) return
    this.#told.add(flag)
    this.#tell(this.seen, flag)
  }

  /** More context is of the same request. */
  with(more: RequestContext): Watch {
    return new Watch(seenWith(this.seen, more), this.#tell, this.#told)
  }
}

/** What one request sees, whose questions are told. */
class WatchedView implements View {
  readonly #watch: Watch
  #config: JsonObject | undefined

  constructor(watch: Watch) {
    this.#watch = watch
    watches.set(this, watch)
  }

  get snapshot(): JsonObject {
    const { seen } = this.#watch
    return isView(seen) ? seen.snapshot : (seen as JsonObject)
  }

  valueOf(key: string): JsonValue | undefined {
    return valueSeen(this.#watch.seen, key)
  }

  choiceOf(key: string): Choice | undefined {
    return choiceSeen(this.#watch.seen, key)
  }

  withContext(more: RequestContext): View {
    return new WatchedView(this.#watch.with(more))
  }

  get config(): JsonObject {
    if (this.#config === undefined) {
      const shared = configSeen(this.#watch.seen) as JsonObject
      const own: Record<string, JsonValue> = {}
      const notes = notesOf(shared)
      // First of all: to an object of a hundred keys, a private field is added slowly.
      if (notes) noteOn(own, notes)
      watches.set(own, this.#watch)
      for (const key of Object.keys(shared)) own[key] = shared[key] as JsonValue
      this.#config = Object.freeze(own)
    }
    return this.#config
  }
}

Object.defineProperty(WatchedView.prototype, VIEW, { value: true })

/** The same, of one request, whose questions are told. */
export function watched(seen: JsonObject | View, tell: TellDecision): View {
  return new WatchedView(new Watch(seen, tell, new Set()))
}
