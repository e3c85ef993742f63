/**
 * What the operators of rules mean.
 *
 * Three-valued: what can't be known (a key that is missing, a value of another type) is neither true
 * nor false, stays so under `not`, and is false only in the end. So no flag is switched on by what is
 * not there. AWS leaves this, and how texts become numbers, undocumented: the decisions are ours, and
 * docs/flags.md lists them.
 *
 * @module
 */
import { compareNumbers, type ExactNumber, keyOfNumber, readExactNumber } from './exact-number.ts'
import { timestampMs } from './timestamp.ts'

/** Undefined: it can't be known. */
export type Truth = boolean | undefined

/** What rules look at: the request's context with the tenant in it. */
export type RuleContext = Readonly<Record<string, string | number | boolean>>

/** An operand's value; a timestamp is told apart from a number. */
export type Operand = string | ExactNumber | boolean | Timestamp
export interface Timestamp {
  readonly ms: number
}

/**
 * How `a` compares to `b`: below, at or above zero; undefined where they can't be compared.
 *
 * Texts that hold a number, a boolean or a timestamp compare as one with one: contexts often come
 * out of headers. Numbers compare exactly. Two texts compare by their characters' code points.
 */
export function compare(a: Operand, b: Operand): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : lessByCodePoint(a, b) ? -1 : 1
  const left = typeof a === 'string' ? asTypeOf(b, a) : a
  const right = typeof b === 'string' ? asTypeOf(a, b) : b
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right)
  if (typeof left === 'boolean' && typeof right === 'boolean') return left === right ? 0 : 1
  if (isTimestamp(left) && isTimestamp(right)) return Math.sign(left.ms - right.ms)
  return undefined
}

function isNumber(operand: Operand | undefined): operand is ExactNumber {
  return typeof operand === 'number' || (typeof operand === 'object' && 'digits' in operand)
}

function isTimestamp(operand: Operand | undefined): operand is Timestamp {
  return typeof operand === 'object' && 'ms' in operand
}

/** No number or timestamp that anybody writes is longer. */
const LONGEST_NUMBER = 64

/** The number a text holds: of texts out of headers, 18 is one. */
function numberIn(text: string): ExactNumber | undefined {
  return text.length > LONGEST_NUMBER ? undefined : readExactNumber(text)
}

function asTypeOf(like: Operand, text: string): Operand | undefined {
  if (isNumber(like)) return numberIn(text)
  if (typeof like === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (typeof like === 'string') return text
  const ms = text.length > LONGEST_NUMBER ? undefined : timestampMs(text)
  return ms === undefined ? undefined : { ms }
}

/** Whether a value equals one of these; numbers and texts are found at once, however many there are. */
export function equalsOneOf(constants: readonly Operand[]): (value: Operand) => boolean {
  const texts = new Set(constants.filter((constant) => typeof constant === 'string'))
  const numbers = new Set(constants.filter(isNumber).map(keyOfNumber))
  const numbersInTexts = new Set([...texts].map(numberIn).filter(isNumber).map(keyOfNumber))
  const others = constants.filter((constant) => typeof constant !== 'string' && !isNumber(constant))
  return (value) => {
    if (isNumber(value)) {
      const key = keyOfNumber(value)
      return numbers.has(key) || numbersInTexts.has(key)
    }
    if (typeof value !== 'string') return constants.some((constant) => compare(value, constant) === 0)
    if (texts.has(value)) return true
    const number = numbers.size > 0 ? numberIn(value) : undefined
    if (number !== undefined && numbers.has(keyOfNumber(number))) return true
    return others.some((constant) => compare(value, constant) === 0)
  }
}

/** JavaScript's own `<` compares UTF-16 units, which puts the halves of characters beyond the basic plane too low. */
function lessByCodePoint(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left !== right) return rankOfUnit(left) < rankOfUnit(right)
  }
  return a.length < b.length
}

function rankOfUnit(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}

/** Comparisons: what the sign of {@link compare} must be. */
export const COMPARISONS: Readonly<Record<string, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  gt: (sign) => sign > 0,
  gte: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  lte: (sign) => sign <= 0,
}

export const TEXT_TESTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  begins_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
}
