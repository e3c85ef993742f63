/**
 * A JSON text, looked at for what `JSON.parse` does not tell: where it is wrong, where each place stands, which
 * keys are there twice, and which integers a JavaScript number can't hold.
 *
 * One pass, linear, without recursion: neither a long nor a deep text can hold it up.
 *
 * @module
 */

/** A value and where it begins: a member at its key, an item at itself. */
export interface JsonNode {
  readonly offset: number
  /** Of an object its members by key, of a list its items by index. */
  readonly parts: Map<string, JsonNode> | undefined
}

/** Something at a place. */
export interface JsonFinding {
  readonly path: readonly string[]
  readonly offset: number
}

/** What a scan has found; of duplicates and inexact integers, the first 100. */
export interface JsonScan {
  readonly root: JsonNode | undefined
  /** Why it is no JSON, and where. */
  readonly error: { readonly offset: number; readonly text: string } | undefined
  /** Keys that their object has had before; `JSON.parse` takes the last. */
  readonly duplicates: readonly JsonFinding[]
  /** Integers that become another number when they are read. */
  readonly inexact: readonly JsonFinding[]
}

interface Open {
  readonly parts: Map<string, JsonNode>
  readonly isObject: boolean
  /** Of the member or item that is being read. */
  key: string
  offset: number
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
/** A run of characters that end no string and begin no escape. */
const PLAIN = /[ !#-[\]-\uffff]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y

/** Of each kind: more than anybody reads. */
const MOST_FINDINGS = 100
/** Deeper than any document that is taken. */
const DEEPEST_PATH = 70

class NotJson extends Error {
  readonly offset: number
  constructor(text: string, offset: number) {
    super(text)
    this.offset = offset
  }
}

/** Digits of the largest number there is. */
const MOST_DIGITS = 309

/** Whether a number, as it is written, is the one that JavaScript reads; of fractions nobody expects that. */
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

  /** @returns what it has opened, for an object or a list. */
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
