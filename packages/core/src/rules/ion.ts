/**
 * Reading Ion text: of rules, and of flags as the Agent has them.
 *
 * AppConfig writes rules as Amazon Ion s-expressions: `(and (eq $tier "gold") (split pct::10 by::$id))`.
 * This reads the part of Ion text they can be made of: strings (escapes, long strings), integers,
 * decimals, floats, timestamps, booleans, symbols, lists, annotations, comments. Whatever else there is
 * to Ion is an error that shows the spot.
 *
 * Sources: the AppConfig user guide on operators; the Ion 1.0 text grammar.
 *
 * @module
 */
import { type Decimal, type ExactNumber, printDecimal, readExactNumber } from './exact-number.ts'
import { RuleError, type RuleErrorCode } from './rule-error.ts'
import { timestampMs } from './timestamp.ts'

interface Placed {
  /** Where it stands, in characters from the start of the rule. */
  readonly at: number
  /** `pct` of `pct::10`. */
  readonly annotation?: string | undefined
}

export type IonNode = Placed &
  (
    | { readonly type: 'string'; readonly value: string }
    | {
        readonly type: 'number'
        readonly value: number
        /** The number itself, where `value` is only the nearest of JavaScript's. */
        readonly exact?: Decimal | undefined
      }
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'timestamp'; readonly value: number; readonly text: string }
    | { readonly type: 'symbol'; readonly value: string }
    | { readonly type: 'list'; readonly items: readonly IonNode[] }
    | { readonly type: 'expression'; readonly items: readonly IonNode[] }
  )

/** AppConfig takes no longer rule. */
export const LONGEST_RULE = 16_384
const DEEPEST = 64

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
const SYMBOL = /[A-Za-z_$][\w$]*/y
const TIMESTAMP =
  /\d{4}(?:-\d{2}-\d{2}(?:T(?:\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?|-\d{2}T|T)/y
const NUMBER = /[+-]inf|-?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d*)?(?:[eEdD][+-]?\d+)?)/y
const CONTINUES = /[\w$.]/

/**
 * The text of a rule: one value, and nothing after it.
 *
 * @throws {RuleError}
 */
export function parseIon(rule: string): IonNode {
  if (rule.length > LONGEST_RULE)
    throw new RuleError(`a rule has at most ${LONGEST_RULE} characters, this one ${rule.length}`, rule, 0)
  const reader = readerOf(rule)
  const value = reader.read()
  if (!reader.isAtEnd()) reader.fail('the rule has ended here, but the text goes on')
  return value
}

/**
 * All values of a text, one after the other.
 *
 * @throws {RuleError}
 */
export function parseIonValues(text: string): readonly IonNode[] {
  const reader = readerOf(text)
  const values: IonNode[] = []
  while (!reader.isAtEnd()) values.push(reader.read())
  return values
}

interface Reader {
  /** The next value. */
  read(): IonNode
  /** Whether nothing comes but space and comments. */
  isAtEnd(): boolean
  fail(problem: string): never
}

function readerOf(rule: string): Reader {
  let position = 0
  const fail = (problem: string, at: number = position, code?: RuleErrorCode): never => {
    throw new RuleError(problem, rule, at, code)
  }

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = position
    const [text] = pattern.exec(rule) ?? []
    if (text !== undefined) position += text.length
    return text
  }

  function skipSpace(): void {
    take(SPACE)
    if (rule.startsWith('/*', position)) fail('a comment is not closed')
  }

  function readValue(depth: number): IonNode {
    if (depth > DEEPEST) fail(`nested more than ${DEEPEST} levels deep`)
    skipSpace()
    const at = position
    const node = readBare(depth)
    if (node.type !== 'symbol') return node
    skipSpace()
    if (!rule.startsWith('::', position)) return node
    position += 2
    const value = readValue(depth + 1)
    if (value.annotation !== undefined) fail('an operand has one name', at)
    return { ...value, at, annotation: node.value }
  }

  function readBare(depth: number): IonNode {
    const at = position
    const next = rule[position]
    if (next === undefined) return fail('the rule ends too early')
    if (next === '(') return { type: 'expression', items: readItems(')', depth, false), at }
    if (next === '[') return { type: 'list', items: readItems(']', depth, true), at }
    if (next === '"') return { type: 'string', value: readQuoted('"'), at }
    if (rule.startsWith("'''", position)) return { type: 'string', value: readLongStrings(), at }
    if (next === "'") return { type: 'symbol', value: readQuoted("'"), at }
    return (
      readTimestamp(at) ?? readNumber(at) ?? readSymbol(at) ?? fail(`${JSON.stringify(next)} begins nothing`)
    )
  }

  function readItems(end: string, depth: number, separated: boolean): IonNode[] {
    const start = position++
    const items: IonNode[] = []
    for (;;) {
      skipSpace()
      if (position >= rule.length) fail(`${rule[start]} is not closed`, start)
      if (rule[position] === end) break
      items.push(readValue(depth + 1))
      skipSpace()
      if (!separated) continue
      if (rule[position] === ',') position++
      else if (rule[position] !== end && position < rule.length) fail('a comma is missing')
    }
    position++
    return items
  }

  function readQuoted(quote: string): string {
    const start = position++
    let text = ''
    for (;;) {
      const character = rule[position]
      if (character === undefined || character === '\n') return fail('a quote is not closed', start)
      if (character === quote) break
      text += character === '\\' ? readEscape() : character
      position++
    }
    position++
    return text
  }

  /** Several in a row are one. */
  function readLongStrings(): string {
    let text = ''
    while (rule.startsWith("'''", position)) {
      const start = position
      position += 3
      while (!rule.startsWith("'''", position)) {
        if (position >= rule.length) fail('a long string is not closed', start)
        text += rule[position] === '\\' ? readEscape() : rule[position]
        position++
      }
      position += 3
      skipSpace()
    }
    return text
  }

  /** From the backslash; leaves the position on the last character of the escape. */
  function readEscape(): string {
    const kind = rule[++position] ?? ''
    const plain = ESCAPES[kind]
    if (plain !== undefined) return plain
    const digits = { x: 2, u: 4, U: 8 }[kind] ?? 0
    const hex = rule.slice(position + 1, position + 1 + digits)
    const code = Number.parseInt(hex, 16)
    if (digits === 0 || !/^[\da-fA-F]+$/.test(hex) || hex.length !== digits || code > 0x10ffff) {
      return fail('an escape that Ion does not know', position - 1)
    }
    position += digits
    return String.fromCodePoint(code)
  }

  function readTimestamp(at: number): IonNode | undefined {
    const text = take(TIMESTAMP)
    if (text === undefined) return undefined
    const value = timestampMs(text)
    if (/^T\d{2}:\d{2}/.test(rule.slice(position - 1, position + 5)))
      return fail('a time without a zone is another one on each server: write 2024-01-31T12:00Z', at)
    if (value === undefined || CONTINUES.test(rule[position] ?? ''))
      return fail('this is no timestamp: write 2024-01T, 2024-01-31 or 2024-01-31T12:00Z', at)
    return { type: 'timestamp', value, text, at }
  }

  function readNumber(at: number): IonNode | undefined {
    const text = take(NUMBER)
    if (text === undefined) return undefined
    const number = numberOf(text)
    if (number === undefined)
      return fail('only finite numbers can be compared, with exponents up to a million', at)
    // Such as 2024-01: Ion wants 2024-01T for the month.
    if (CONTINUES.test(rule[position] ?? '') || rule[position] === '-')
      return fail('this is no number', at, 'TOO_FEW_OPERANDS')
    if (typeof number === 'number') return { type: 'number', value: number, at }
    return { type: 'number', value: Number(printDecimal(number)), exact: number, at }
  }

  function readSymbol(at: number): IonNode | undefined {
    const text = take(SYMBOL)
    if (text === undefined) return undefined
    if (text === 'true' || text === 'false') return { type: 'boolean', value: text === 'true', at }
    if (text === 'null' || text === 'nan') return fail(`${text} can't be compared`, at)
    return { type: 'symbol', value: text, at }
  }

  return {
    read: () => readValue(0),
    isAtEnd() {
      skipSpace()
      return position >= rule.length
    },
    fail: (problem) => fail(problem),
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  v: '\v',
  '"': '"',
  "'": "'",
  '?': '?',
  '\\': '\\',
  '/': '/',
  '\n': '',
}

function numberOf(text: string): ExactNumber | undefined {
  const digits = text.replaceAll('_', '')
  if (!/^-?0[xXbB]/.test(digits)) return readExactNumber(digits.replace(/[dD]/, 'e'))
  if (digits.length === digits.search(/[xXbB]/) + 1) return undefined
  const integer = String(BigInt(digits.replace('-', '')))
  return readExactNumber(digits.startsWith('-') ? `-${integer}` : integer)
}
