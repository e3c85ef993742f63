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

export function scanJson(text: string): JsonScan {
  const duplicates: JsonFinding[] = []
  const inexact: JsonFinding[] = []
  const open: Open[] = []
  let root: JsonNode | undefined
  let at = 0

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }

  function fail(problem: string, offset = at): never {
    throw new NotJson(offset >= text.length ? 'it ends too early' : problem, offset)
  }

  function skip(character: string): boolean {
    match(SPACE)
    if (text[at] !== character) return false
    at++
    return true
  }

  /** @returns the text between the quotes, as it is written. */
  function readString(problem: string): string {
    match(SPACE)
    const start = at
    if (text[at] !== '"') fail(problem)
    at++
    for (;;) {
      match(PLAIN)
      if (text[at] === '"') break
      if (text[at] === '\\') match(ESCAPE) ?? fail('an escape that JSON does not know stands here')
      else fail('a line break or control character stands in a string')
    }
    at++
    return text.slice(start + 1, at - 1)
  }

  function readKey(parent: Open): void {
    match(SPACE)
    parent.offset = at
    const written = readString('a key in double quotes is wanted here')
    parent.key = written.includes('\\') ? JSON.parse(`"${written}"`) : written
    if (!skip(':')) fail('a colon is wanted here')
    if (parent.parts.has(parent.key)) note(duplicates, parent.offset)
  }

  function note(findings: JsonFinding[], offset: number): void {
    if (findings.length < MOST_FINDINGS)
      findings.push({ path: open.slice(0, DEEPEST_PATH).map(({ key }) => key), offset })
  }

  /** @returns what it has opened, for an object or a list. */
  function readValue(): Open | undefined {
    match(SPACE)
    const parent = open.at(-1)
    const offset = parent?.isObject ? parent.offset : at
    const first = text[at]
    const isObject = first === '{'
    const parts = isObject || first === '[' ? new Map<string, JsonNode>() : undefined
    const node = { offset, parts }
    if (parent) parent.parts.set(parent.key, node)
    else root = node
    if (parts) {
      at++
      return { parts, isObject, key: '', offset: at }
    }
    if (first === '"') readString('')
    else readWord(offset)
    return undefined
  }

  function readWord(offset: number): void {
    if (match(WORD) !== undefined) return
    const number = match(NUMBER) ?? fail('a value is wanted here')
    if (/^-?\d{16,}$/.test(number) && String(BigInt(number)) !== BigInt(Number(number)).toString())
      note(inexact, offset)
  }

  function scan(): void {
    let opened = readValue()
    do {
      if (opened) {
        open.push(opened)
        if (skip(opened.isObject ? '}' : ']')) open.pop()
        else {
          opened = readNext(opened, '0')
          continue
        }
      }
      opened = undefined
      const parent = open.at(-1)
      if (!parent) break
      if (skip(parent.isObject ? '}' : ']')) open.pop()
      else if (skip(',')) opened = readNext(parent, String(parent.parts.size))
      else fail(parent.isObject ? 'a comma or } is wanted here' : 'a comma or ] is wanted here')
    } while (open.length > 0 || opened)
    match(SPACE)
    if (at < text.length) fail('the value has ended, and the text goes on')
  }

  function readNext(parent: Open, index: string): Open | undefined {
    if (parent.isObject) readKey(parent)
    else parent.key = index
    return readValue()
  }

  try {
    scan()
    return { root, error: undefined, duplicates, inexact }
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    return { root: undefined, error: { offset: error.offset, text: error.message }, duplicates, inexact }
  }
}
