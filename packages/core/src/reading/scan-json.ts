/**
 * A scan of JSON texts for what `JSON.parse` does not report: positions of errors, duplicate keys, and integers that a JavaScript number can't hold.
 *
 * One pass, linear, without recursion: so long and deep texts are no problem.
 *
 * @module
 */
import { finish, type Steps } from '../turns.ts'
import { CODE, skipSpace } from './skip-json.ts'

/** A finding at a place. */
export interface JsonFinding {
  readonly path: readonly string[]
  readonly offset: number
}

/** What a scan has found; of duplicates and inexact integers, the first 100. */
export interface JsonScan {
  /** The syntax error, if there is one. */
  readonly error: JsonError | undefined
  /** Keys that occur a second time in their object; `JSON.parse` takes the last. */
  readonly duplicates: readonly JsonFinding[]
  /** Integers that a JavaScript number can't hold. */
  readonly inexact: readonly JsonFinding[]
}

/** A syntax error, and where it is. */
export interface JsonError {
  readonly offset: number
  readonly text: string
}

interface Open {
  readonly isObject: boolean
  /** The keys of an object so far, where duplicates are looked for. */
  readonly keys: Set<string> | undefined
  /** The number of members or items that have begun. */
  size: number
  /** The key and offset of the member or item that is being read. */
  key: string
  offset: number
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const [SPACE_CODE, BACKSLASH] = [0x20, 0x5c]
/** `"`, `\`, `/`, b, f, n, r and t. */
const ESCAPED = [0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
/** So many take less than a millisecond. */
const VALUES_PER_STEP = 1000

/** The most findings of each kind: more than anybody reads. */
const MOST_FINDINGS = 100
/** Deeper than any document that is accepted. */
const DEEPEST_PATH = 70

class NotJson extends Error {
  readonly offset: number
  constructor(text: string, offset: number) {
    super(text)
    this.offset = offset
  }
}

/** The digits of the largest number in JavaScript. */
const MOST_DIGITS = 309

/** Whether JavaScript reads an integer exactly; true for fractions, of which that is not expected. */
export function isExactNumber(written: string): boolean {
  if (written.length < 16 || !/^[-+]?\d+$/.test(written)) return true
  const value = Number(written)
  if (written.length > MOST_DIGITS || !Number.isFinite(value)) return false
  return BigInt(written.replace('+', '')) === BigInt(value)
}

/** Scans a JSON text. */
export function scanJson(text: string): JsonScan {
  const scanner = new JsonScanner(text, true)
  const { duplicates, inexact } = scanner
  return { error: finish(findError(scanner)), duplicates, inexact }
}

/** The syntax error of a JSON text, if there is one. It keeps no keys, so it is the faster way to know. */
export function findJsonError(text: string): Steps<JsonError | undefined> {
  return findError(new JsonScanner(text, false))
}

function* findError(scanner: JsonScanner): Steps<JsonError | undefined> {
  try {
    yield* scanner.scan()
    return undefined
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    return { offset: error.offset, text: error.message }
  }
}

class JsonScanner {
  readonly duplicates: JsonFinding[] = []
  readonly inexact: JsonFinding[] = []
  readonly #text: string
  readonly #looksForFindings: boolean
  readonly #open: Open[] = []
  #at = 0

  constructor(text: string, looksForFindings: boolean) {
    this.#text = text
    this.#looksForFindings = looksForFindings
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #fail(problem: string, offset: number = this.#at): never {
    throw new NotJson(offset >= this.#text.length ? 'it ends too early' : problem, offset)
  }

  #skipSpace(): void {
    this.#at = skipSpace(this.#text, this.#at)
  }

  #skip(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  /** @returns the text between the quotes, as it is written. */
  #readString(problem: string): string {
    this.#skipSpace()
    const start = this.#at
    if (this.#text[this.#at] !== '"') this.#fail(problem)
    this.#at++
    // Character by character: a pattern of a million escapes would be matched as often.
    for (;;) {
      const character = this.#text.charCodeAt(this.#at)
      if (character === CODE.QUOTE) break
      if (character === BACKSLASH) this.#skipEscape()
      else if (character >= SPACE_CODE) this.#at++
      else this.#fail('a line break or control character stands in a string')
    }
    this.#at++
    return this.#text.slice(start + 1, this.#at - 1)
  }

  #skipEscape(): void {
    // Of one letter, as most are.
    if (ESCAPED.includes(this.#text.charCodeAt(this.#at + 1))) this.#at += 2
    else this.#match(ESCAPE) ?? this.#fail('an escape that JSON does not know stands here')
  }

  #readKey(parent: Open): void {
    this.#skipSpace()
    parent.offset = this.#at
    const written = this.#readString('a key in double quotes is wanted here')
    parent.key = written.includes('\\') ? JSON.parse(`"${written}"`) : written
    if (!this.#skip(':')) this.#fail('a colon is wanted here')
    if (parent.keys?.has(parent.key)) this.#note(this.duplicates, parent.offset)
    parent.keys?.add(parent.key)
  }

  #note(findings: JsonFinding[], offset: number): void {
    if (findings.length < MOST_FINDINGS)
      findings.push({ path: this.#open.slice(0, DEEPEST_PATH).map(({ key }) => key), offset })
  }

  /** @returns the object or list that was opened; undefined for any other value. */
  #readValue(): Open | undefined {
    this.#skipSpace()
    const parent = this.#open.at(-1)
    const offset = parent?.isObject ? parent.offset : this.#at
    const first = this.#text[this.#at]
    const isObject = first === '{'
    if (parent) parent.size++
    if (isObject || first === '[') {
      this.#at++
      const keys = isObject && this.#looksForFindings ? new Set<string>() : undefined
      return { isObject, keys, size: 0, key: '', offset: this.#at }
    }
    if (first === '"') this.#readString('')
    else this.#readWord(offset)
    return undefined
  }

  #readWord(offset: number): void {
    if (this.#match(WORD) !== undefined) return
    const number = this.#match(NUMBER) ?? this.#fail('a value is wanted here')
    if (this.#looksForFindings && !isExactNumber(number)) this.#note(this.inexact, offset)
  }

  *scan(): Steps<void> {
    let steps = 0
    let opened = this.#readValue()
    do {
      if (++steps % VALUES_PER_STEP === 0) yield
      if (opened) {
        this.#open.push(opened)
        if (this.#skip(opened.isObject ? '}' : ']')) this.#open.pop()
        else {
          opened = this.#readNext(opened, '0')
          continue
        }
      }
      opened = undefined
      const parent = this.#open.at(-1)
      if (!parent) break
      if (this.#skip(parent.isObject ? '}' : ']')) this.#open.pop()
      else if (this.#skip(',')) opened = this.#readNext(parent, String(parent.size))
      else this.#fail(parent.isObject ? 'a comma or } is wanted here' : 'a comma or ] is wanted here')
    } while (this.#open.length > 0 || opened)
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#fail('the value has ended, and the text goes on')
  }

  #readNext(parent: Open, index: string): Open | undefined {
    if (parent.isObject) this.#readKey(parent)
    else parent.key = index
    return this.#readValue()
  }
}
