/**
 * The positions of places in a JSON text.
 *
 * Only the objects and lists on the way to a place are looked at; all others are skipped, character by
 * character. So a place in a text of megabytes costs milliseconds, and no memory for what is not asked for.
 *
 * @module
 */
import { jsonOrUndefined } from '../json.ts'
import type { Steps } from '../turns.ts'
import { type Parts, partAt } from './places.ts'
import { CODE, ENDLESS, skipSpace, skipString, skipValue } from './skip-json.ts'

/** A member or item: the offset that stands for it, and that of its value. */
interface Part {
  readonly offset: number
  readonly valueAt: number
}

/**
 * @param text JSON; of a text that is torn, places before the tear are found.
 * @returns a function from a place to its offset, or that of its nearest ancestor: of a member that of its key.
 */
export function offsetsInJson(text: string): (place: string) => Steps<number> {
  /** The parts of each object and list that was looked at. */
  const known = new Map<number, Parts<Part>>()
  const start = skipSpace(text, 0)
  return function* findOffset(place) {
    for (;;) {
      let unknownAt: number | undefined
      const { offset } = partAt<Part>({ offset: start, valueAt: start }, place, ({ valueAt }) => {
        const parts = known.get(valueAt)
        if (parts === undefined) unknownAt = valueAt
        return parts
      })
      if (unknownAt === undefined) return offset
      known.set(unknownAt, yield* findParts(text, unknownAt))
    }
  }
}

function* findParts(text: string, valueAt: number): Steps<Parts<Part>> {
  const opening = text.charCodeAt(valueAt)
  if (opening === CODE.OPEN_LIST) return new Items(text, valueAt)
  const members = new Map<string, Part>()
  if (opening !== CODE.OPEN_OBJECT) return members
  let at = skipSpace(text, valueAt + 1)
  while (text.charCodeAt(at) === CODE.QUOTE) {
    const offset = at
    at = skipString(text, at)
    const key = keyOf(text.slice(offset, at))
    const colonAt = skipSpace(text, at)
    if (at === ENDLESS || key === undefined || text.charCodeAt(colonAt) !== CODE.COLON) break
    at = skipSpace(text, colonAt + 1)
    members.set(key, { offset, valueAt: at })
    at = skipPart(text, at)
    if (at === ENDLESS) break
    if (members.size % MEMBERS_PER_STEP === 0) yield
  }
  return members
}

/** So many take less than a millisecond. */
const MEMBERS_PER_STEP = 1000

/** Most keys are written as they are. */
function keyOf(written: string): string | undefined {
  if (!written.includes('\\')) return written.slice(1, -1)
  const key = jsonOrUndefined(written)
  return typeof key === 'string' ? key : undefined
}

/** The items of a list, as far as they were asked for: there may be a million. */
class Items implements Parts<Part> {
  readonly #text: string
  readonly #starts: number[] = []
  /** Where the next item begins, or the list ends. */
  #next: number

  constructor(text: string, valueAt: number) {
    this.#text = text
    this.#next = skipSpace(text, valueAt + 1)
  }

  has(key: string): boolean {
    if (!/^(?:0|[1-9]\d{0,9})$/.test(key)) return false
    while (this.#starts.length <= Number(key) && this.#next < this.#text.length) {
      if (this.#text.charCodeAt(this.#next) === CODE.CLOSE_LIST) break
      this.#starts.push(this.#next)
      const next = skipPart(this.#text, this.#next)
      // Of a torn text, the rest is the last item.
      this.#next = next > this.#next ? next : this.#text.length
    }
    return Number(key) < this.#starts.length
  }

  get(key: string): Part | undefined {
    if (!this.has(key)) return undefined
    const offset = this.#starts[Number(key)] as number
    return { offset, valueAt: offset }
  }
}

/** Over a value, and the comma behind it. */
function skipPart(text: string, valueAt: number): number {
  const end = skipValue(text, valueAt)
  if (end === ENDLESS) return ENDLESS
  const at = skipSpace(text, end)
  return text.charCodeAt(at) === CODE.COMMA ? skipSpace(text, at + 1) : at
}
