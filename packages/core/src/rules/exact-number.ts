/**
 * Numbers of rules and contexts, compared exactly: integers of any size, and decimals as they are written.
 *
 * JavaScript's numbers are what most rules and contexts hold, and stand for the shortest decimal that reads as
 * them: 0.1 is 0.1. Another number, such as 9007199254740993, is kept as its digits.
 *
 * @module
 */

/** ±0.digits × 10^exponent, without zeros at either end of the digits. */
export interface Decimal {
  readonly sign: -1 | 0 | 1
  readonly exponent: number
  readonly digits: string
}

/** A decimal only where no number of JavaScript's is the same. */
export type ExactNumber = number | Decimal

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i
/** What is beyond this is no number that anybody compares. */
const LARGEST_EXPONENT = 1_000_000

/** The number a text holds, as `18`, `-0.5` or `1.8e1`; undefined for any other text. */
export function readExactNumber(text: string): ExactNumber | undefined {
  const number = Number(text)
  if (String(number) === text && Number.isFinite(number)) return number
  const parts = DECIMAL.exec(text)
  if (parts === null) return undefined
  const decimal = decimalOf(parts)
  if (decimal === undefined) return undefined
  return Number.isFinite(number) && compareNumbers(number, decimal) === 0 ? number : decimal
}

/** Below, at or above zero; undefined where one is NaN. */
export function compareNumbers(a: ExactNumber, b: ExactNumber): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    const sign = Math.sign(a - b)
    return Number.isNaN(sign) ? undefined : sign
  }
  const [left, right] = [toDecimal(a), toDecimal(b)]
  if (left === undefined || right === undefined) return undefined
  if (left.sign !== right.sign) return left.sign - right.sign
  if (left.exponent !== right.exponent) return left.sign * (left.exponent - right.exponent)
  if (left.digits === right.digits) return 0
  return left.digits < right.digits ? -left.sign : left.sign
}

/** The same for equal numbers, and for no others. */
export function keyOfNumber(number: ExactNumber): number | string {
  return typeof number === 'number' ? number : `${number.sign}:${number.digits}e${number.exponent}`
}

/** As rules may write it. */
export function printDecimal({ sign, exponent, digits }: Decimal): string {
  const minus = sign < 0 ? '-' : ''
  if (exponent >= digits.length && exponent <= 40) return minus + digits.padEnd(exponent, '0')
  if (exponent > 0 && exponent < digits.length)
    return `${minus}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
  return `${minus}${digits}e${exponent - digits.length}`
}

function toDecimal(number: ExactNumber): Decimal | undefined {
  if (typeof number !== 'number') return number
  const parts = DECIMAL.exec(String(number))
  if (parts !== null) return decimalOf(parts)
  return Number.isNaN(number)
    ? undefined
    : { sign: number < 0 ? -1 : 1, exponent: Number.POSITIVE_INFINITY, digits: '' }
}

function decimalOf([, sign, whole = '', fraction = '', power = '0']: RegExpExecArray): Decimal | undefined {
  if (Math.abs(Number(power)) > LARGEST_EXPONENT) return undefined
  const all = whole + fraction
  let start = 0
  let end = all.length
  while (start < end && all[start] === '0') start++
  while (end > start && all[end - 1] === '0') end--
  if (start === end) return { sign: 0, exponent: 0, digits: '' }
  return {
    sign: sign === '-' ? -1 : 1,
    exponent: whole.length - start + Number(power),
    digits: all.slice(start, end),
  }
}
