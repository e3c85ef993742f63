/**
 * Reading a large JSON text piece by piece, so that nothing takes long in one go.
 *
 * The text is cut into runs of whole members or items, each of which `JSON.parse` reads; its values are checked and
 * frozen while they are few. An object or list that is longer than a piece is cut in the same way. What is read is
 * what `JSON.parse` would give of the whole, keys in their order, the last of several values of one key.
 *
 * No piece is trusted: all of the text is either parsed, or is a comma, colon, bracket or white space that is
 * compared here. So a text that is no JSON is never taken for one.
 *
 * @module
 */
import { checkKey, JsonFreezer, type JsonObject, type JsonValue } from '../json.ts'
import type { Steps } from '../turns.ts'
import { CODE, ENDLESS, skipSpace, skipString, skipValue } from './skip-json.ts'

/** Characters of a piece: a millisecond for most, a few for the worst. */
const PIECE = 16_384

/** The text is not JSON; where it is not, a scan finds. */
export class NotJsonText extends Error {}

/**
 * Reads a text, checks its values and freezes them.
 *
 * @throws {NotJsonText} if the text is not JSON.
 * @throws {NotJsonError} for values that are refused, even if the text is not JSON further on.
 */
export function* readJsonPieces(text: string): Steps<JsonValue> {
  const pieces = new JsonPieces(text)
  const value = yield* pieces.readLarge()
  pieces.expectEnd()
  return value
}

class JsonPieces {
  readonly #text: string
  readonly #freezer = new JsonFreezer()
  /** The keys that lead to the object or list that is being read. */
  readonly #path: string[] = []
  #at: number

  constructor(text: string) {
    this.#text = text
    this.#at = skipSpace(text, 0)
  }

  #next(): number {
    return this.#text.charCodeAt(this.#at)
  }

  expectEnd(): void {
    this.#at = skipSpace(this.#text, this.#at)
    if (this.#at < this.#text.length) throw new NotJsonText()
  }

  /** A value that may be longer than a piece. */
  *readLarge(): Steps<JsonValue> {
    if (this.#next() === CODE.OPEN_OBJECT) return yield* this.#readObject()
    if (this.#next() === CODE.OPEN_LIST) return yield* this.#readList()
    const end = skipValue(this.#text, this.#at)
    yield
    const value = parsed(this.#take(end))
    this.#freezer.freeze(value, this.#path)
    return value
  }

  *#readObject(): Steps<JsonObject> {
    const object: Record<string, JsonValue> = {}
    const [path, freezer] = [this.#path, this.#freezer]
    let keys = 0
    const set = (key: string, value: JsonValue): void => {
      if (!Object.hasOwn(object, key)) keys++
      checkKey(key, keys, path)
      object[key] = value
    }
    freezer.count(path)
    yield
    for (let isOver = this.#open(CODE.CLOSE_OBJECT); !isOver; isOver = this.#close(CODE.CLOSE_OBJECT)) {
      const end = this.#endOfRun(true)
      if (end === this.#at) {
        const key = this.#readKey()
        path.push(key)
        const value = yield* this.readLarge()
        path.pop()
        set(key, value)
      } else {
        const members = parsed(`{${this.#take(end)}}`) as JsonObject
        for (const key of Object.keys(members)) {
          const value = members[key] as JsonValue
          set(key, value)
          freezer.freeze(value, path, key)
        }
      }
      yield
    }
    return Object.freeze(object)
  }

  *#readList(): Steps<readonly JsonValue[]> {
    const runs: JsonValue[][] = []
    const [path, freezer] = [this.#path, this.#freezer]
    let size = 0
    freezer.count(path)
    yield
    for (let isOver = this.#open(CODE.CLOSE_LIST); !isOver; isOver = this.#close(CODE.CLOSE_LIST)) {
      const end = this.#endOfRun(false)
      if (end === this.#at) {
        path.push(String(size++))
        runs.push([yield* this.readLarge()])
        path.pop()
      } else {
        const items = parsed(`[${this.#take(end)}]`) as JsonValue[]
        for (const item of items) freezer.freeze(item, path, size++)
        runs.push(items)
      }
      yield
    }
    return Object.freeze(yield* joined(runs, size))
  }

  /** Goes to the first member or item; whether there is none. */
  #open(close: number): boolean {
    return this.#isOverAt(this.#at + 1, close)
  }

  /** Goes to the next member or item; whether there is none. */
  #close(close: number): boolean {
    this.#at = skipSpace(this.#text, this.#at)
    if (this.#next() !== CODE.COMMA) {
      if (this.#isOverAt(this.#at, close)) return true
      throw new NotJsonText()
    }
    this.#at = skipSpace(this.#text, this.#at + 1)
    return false
  }

  #isOverAt(at: number, close: number): boolean {
    this.#at = skipSpace(this.#text, at)
    if (this.#next() !== close) return false
    this.#at++
    return true
  }

  /** @returns the text from here to there. */
  #take(end: number): string {
    // What has no end is no JSON: `JSON.parse` says so.
    const to = end === ENDLESS ? this.#text.length : end
    const taken = this.#text.slice(this.#at, to)
    this.#at = to
    return taken
  }

  /** Of a member whose value is large. */
  #readKey(): string {
    if (this.#next() !== CODE.QUOTE) throw new NotJsonText()
    const key = parsed(this.#take(skipString(this.#text, this.#at)))
    this.#at = skipSpace(this.#text, this.#at)
    if (this.#next() !== CODE.COLON) throw new NotJsonText()
    this.#at = skipSpace(this.#text, this.#at + 1)
    return key as string
  }

  /** The end of the last member or item that ends within a piece; this place if the first does not. */
  #endOfRun(isObject: boolean): number {
    const text = this.#text
    const limit = Math.min(text.length, this.#at + PIECE)
    let end = this.#at
    for (let at = end; at < limit; at = skipSpace(text, at + 1, limit)) {
      if (isObject) {
        if (text.charCodeAt(at) !== CODE.QUOTE) break
        const keyEnd = skipString(text, at, limit)
        if (keyEnd === ENDLESS) break
        const colonAt = skipSpace(text, keyEnd, limit)
        if (text.charCodeAt(colonAt) !== CODE.COLON) break
        at = skipSpace(text, colonAt + 1, limit)
      }
      const valueEnd = skipValue(text, at, limit)
      if (valueEnd === ENDLESS) break
      end = valueEnd
      at = skipSpace(text, end, limit)
      if (text.charCodeAt(at) !== CODE.COMMA) break
    }
    return end
  }
}

/** @throws {NotJsonText} */
export function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotJsonText()
  }
}

/** One list, made in steps: V8 takes long to make room in one that grows, or to make objects of a million fractions. */
function* joined(runs: JsonValue[][], size: number): Steps<JsonValue[]> {
  if (runs.length <= 1) return runs[0] ?? []
  const list = new Array<JsonValue>(size)
  // V8 then expects any values, and has nothing to convert later.
  list[0] = null
  let at = 0
  for (const run of runs) {
    for (const item of run) list[at++] = item
    yield
  }
  return list
}
