/**
 * A scan of JSON texts for what `JSON.parse` does not report: positions of errors and places, duplicate keys,
 * and integers that a JavaScript number can't hold.
 *
 * One pass, linear, without recursion: so long and deep texts are no problem.
 *
 * @module
 */

/** A value and its offset: that of its key for a member, its own for an item. */
export interface JsonNode {
  readonly offset: number
  /** The members of an object by key, the items of a list by index. */
  readonly parts: Map<string, JsonNode> | undefined
}

/** A finding at a place. */
export interface JsonFinding {
  readonly path: readonly string[]
  readonly offset: number
}

/** What a scan has found; of duplicates and inexact integers, the first 100. */
export interface JsonScan {
  readonly root: JsonNode | undefined
  /** The syntax error, if there is one. */
  readonly error: { readonly offset: number; readonly text: string } | undefined
  /** Keys that occur a second time in their object; `JSON.parse` takes the last. */
  readonly duplicates: readonly JsonFinding[]
  /** Integers that a JavaScript number can't hold. */
  readonly inexact: readonly JsonFinding[]
}

interface Open {
  readonly parts: Map<string, JsonNode>
  readonly isObject: boolean
  /** The key and offset of the member or item that is being read. */
  key: string
  offset: number
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
/** Characters that neither end a string nor begin an escape. */
const PLAIN = /[ !#-[\]-\uffff]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y

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
  const scanner = new JsonScanner(text)
  const { duplicates, inexact } = scanner
  try {
    scanner.scan()
    return { root: scanner.root, error: undefined, duplicates, inexact }
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    return { root: undefined, error: { offset: error.offset, text: error.message }, duplicates, inexact }
  }
}

class JsonScanner {
  readonly duplicates: JsonFinding[] = []
  readonly inexact: JsonFinding[] = []
  root: JsonNode | undefined
  readonly #text: string
  readonly #open: Open[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
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

  #skip(character: string): boolean {
    this.#match(SPACE)
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  /** @returns the text between the quotes, as it is written. */
  #readString(problem: string): string {
    this.#match(SPACE)
    const start = this.#at
    if (this.#text[this.#at] !== '"') this.#fail(problem)
    this.#at++
    for (;;) {
      this.#match(PLAIN)
      if (this.#text[this.#at] === '"') break
      if (this.#text[this.#at] === '\\')
        this.#match(ESCAPE) ?? this.#fail('an escape that JSON does not know stands here')
      else this.#fail('a line break or control character stands in a string')
    }
    this.#at++
    return this.#text.slice(start + 1, this.#at - 1)
  }

  #readKey(parent: Open): void {
    this.#match(SPACE)
    parent.offset = this.#at
    const written = this.#readString('a key in double quotes is wanted here')
    parent.key = written.includes('\\') ? JSON.parse(`"${written}"`) : written
    if (!this.#skip(':')) this.#fail('a colon is wanted here')
    if (parent.parts.has(parent.key)) this.#note(this.duplicates, parent.offset)
  }

  #note(findings: JsonFinding[], offset: number): void {
    if (findings.length < MOST_FINDINGS)
      findings.push({ path: this.#open.slice(0, DEEPEST_PATH).map(({ key }) => key), offset })
  }

  /** @returns the object or list that was opened; undefined for any other value. */
  #readValue(): Open | undefined {
    this.#match(SPACE)
    const parent = this.#open.at(-1)
    const offset = parent?.isObject ? parent.offset : this.#at
    const first = this.#text[this.#at]
    const isObject = first === '{'
    const parts = isObject || first === '[' ? new Map<string, JsonNode>() : undefined
    const node = { offset, parts }
    if (parent) parent.parts.set(parent.key, node)
    else this.root = node
    if (parts) {
      this.#at++
      return { parts, isObject, key: '', offset: this.#at }
    }
    if (first === '"') this.#readString('')
    else this.#readWord(offset)
    return undefined
  }

  #readWord(offset: number): void {
    if (this.#match(WORD) !== undefined) return
    const number = this.#match(NUMBER) ?? this.#fail('a value is wanted here')
    if (!isExactNumber(number)) this.#note(this.inexact, offset)
  }

  scan(): void {
    let opened = this.#readValue()
    do {
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
      else if (this.#skip(',')) opened = this.#readNext(parent, String(parent.parts.size))
      else this.#fail(parent.isObject ? 'a comma or } is wanted here' : 'a comma or ] is wanted here')
    } while (this.#open.length > 0 || opened)
    this.#match(SPACE)
    if (this.#at < this.#text.length) this.#fail('the value has ended, and the text goes on')
  }

  #readNext(parent: Open, index: string): Open | undefined {
    if (parent.isObject) this.#readKey(parent)
    else parent.key = index
    return this.#readValue()
  }
}
