/**
 * The positions of places in a JSON text.
 *
 * Only the objects and lists on the way to a place are looked at; all others are skipped, character by
 * character. So a place in a text of megabytes costs milliseconds, and no memory for what is not asked for.
 *
 * @module
 */
import { type Parts, partAt } from './places.ts'

/** A member or item: the offset that stands for it, and that of its value. */
interface Part {
  readonly offset: number
  readonly valueAt: number
}

const [QUOTE, BACKSLASH, SPACE] = [0x22, 0x5c, 0x20]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, COMMA] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c]

/**
 * @param text valid JSON.
 * @returns a function from a place to its offset, or that of its nearest ancestor: of a member that of its key.
 */
export function offsetsInJson(text: string): (place: string) => number {
  const known = new Map<number, Parts<Part> | undefined>()
  const start = skipSpace(text, 0)
  return (place) => partAt<Part>({ offset: start, valueAt: start }, place, partsOf).offset

  /** The parts of an object or list; looked for once in each. */
  function partsOf({ valueAt }: Part): Parts<Part> | undefined {
    if (!known.has(valueAt)) known.set(valueAt, partsAt(text, valueAt))
    return known.get(valueAt)
  }
}

function partsAt(text: string, valueAt: number): Parts<Part> | undefined {
  const opening = text.charCodeAt(valueAt)
  if (opening === OPEN_OBJECT) return membersAt(text, valueAt)
  return opening === OPEN_LIST ? new Items(text, valueAt) : undefined
}

function membersAt(text: string, valueAt: number): Map<string, Part> {
  const members = new Map<string, Part>()
  let at = skipSpace(text, valueAt + 1)
  while (text.charCodeAt(at) !== CLOSE_OBJECT) {
    const offset = at
    at = skipString(text, at)
    const key = JSON.parse(text.slice(offset, at)) as string
    at = skipSpace(text, skipSpace(text, at) + 1)
    members.set(key, { offset, valueAt: at })
    at = skipPart(text, at)
  }
  return members
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
    while (this.#starts.length <= Number(key) && this.#text.charCodeAt(this.#next) !== CLOSE_LIST) {
      this.#starts.push(this.#next)
      this.#next = skipPart(this.#text, this.#next)
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
  const at = skipSpace(text, skipValue(text, valueAt))
  return text.charCodeAt(at) === COMMA ? skipSpace(text, at + 1) : at
}

function skipSpace(text: string, at: number): number {
  while (text.charCodeAt(at) <= SPACE) at++
  return at
}

/** @param at of the opening quote. */
function skipString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); ; end = text.indexOf('"', end + 1)) {
    let first = end
    while (text.charCodeAt(first - 1) === BACKSLASH) first--
    // An even number of backslashes escapes itself, not the quote.
    if ((end - first) % 2 === 0) return end + 1
  }
}

function skipValue(text: string, from: number): number {
  if (text.charCodeAt(from) === QUOTE) return skipString(text, from)
  let depth = 0
  let at = from
  for (;;) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) {
      at = skipString(text, at)
      continue
    }
    const closes = character === CLOSE_OBJECT || character === CLOSE_LIST
    // A number or word ends where something else begins.
    if (depth === 0 && (closes || character === COMMA || !(character > SPACE))) return at
    if (character === OPEN_OBJECT || character === OPEN_LIST) depth++
    else if (closes && --depth === 0) return at + 1
    at++
  }
}
