/**
 * How two operands compare. How texts become numbers AWS leaves undocumented: the decisions are ours, and docs/flags.md
 * lists them.
 *
 * @module
 */
import { compareNumbers, type ExactNumber, readExactNumber } from './exact-number.ts'
import type { Operand, Timestamp } from './operand.ts'
import { timestampMs } from './timestamp.ts'

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

/** Whether an operand is a number, exact or not. */
export function isNumber(operand: Operand | undefined): operand is ExactNumber {
  return typeof operand === 'number' || (typeof operand === 'object' && 'digits' in operand)
}

function isTimestamp(operand: Operand | undefined): operand is Timestamp {
  return typeof operand === 'object' && 'ms' in operand
}

/** No number or timestamp that anybody writes is longer. */
const LONGEST_NUMBER = 64

/** The number a text holds: of texts out of headers, 18 is one. */
export function numberIn(text: string): ExactNumber | undefined {
  return text.length > LONGEST_NUMBER ? undefined : readExactNumber(text)
}

function asTypeOf(like: Operand, text: string): Operand | undefined {
  if (isNumber(like)) return numberIn(text)
  if (typeof like === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (typeof like === 'string') return text
  const ms = text.length > LONGEST_NUMBER ? undefined : timestampMs(text)
  return ms === undefined ? undefined : { ms }
}

/** JavaScript's own `<` compares UTF-16 units, which puts the halves of characters beyond the basic plane too low. */
function lessByCodePoint(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return rankOfUnit(left) < rankOfUnit(right)
  }
  return a.length < b.length
}

function rankOfUnit(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}
