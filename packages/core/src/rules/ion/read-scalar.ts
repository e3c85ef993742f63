/**
 * Ion's timestamps, numbers, booleans and plain symbols.
 *
 * @module
 */
import { type ExactNumber, printDecimal, readExactNumber } from '../exact-number.ts'
import { timestampMs } from '../timestamp.ts'
import type { Cursor } from './cursor.ts'
import type { IonNode } from './ion-node.ts'

const SYMBOL = /[A-Za-z_$][\w$]*/y
const TIMESTAMP =
  /\d{4}(?:-\d{2}-\d{2}(?:T(?:\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?|-\d{2}T|T)/y
const NUMBER = /[+-]inf|-?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d*)?(?:[eEdD][+-]?\d+)?)/y
const CONTINUES = /[\w$.]/

/** Undefined where no such value begins. */
export function readScalar(cursor: Cursor): IonNode | undefined {
  const symbol = readSymbol(cursor)
  if (symbol !== undefined) return symbol
  return readTimestamp(cursor) ?? readNumber(cursor)
}

function readTimestamp(cursor: Cursor): IonNode | undefined {
  const at = cursor.position
  const text = cursor.take(TIMESTAMP)
  if (text === undefined) return undefined
  const value = timestampMs(text)
  if (/^T\d{2}:\d{2}/.test(cursor.text.slice(cursor.position - 1, cursor.position + 5)))
    return cursor.fail('a time without a zone is another one on each server: write 2024-01-31T12:00Z', at)
  if (value === undefined || CONTINUES.test(cursor.next ?? ''))
    return cursor.fail('this is no timestamp: write 2024-01T, 2024-01-31 or 2024-01-31T12:00Z', at)
  return { type: 'timestamp', value, text, at }
}

function readNumber(cursor: Cursor): IonNode | undefined {
  const at = cursor.position
  const text = cursor.take(NUMBER)
  if (text === undefined) return undefined
  const number = numberOf(text)
  if (number === undefined)
    return cursor.fail('only finite numbers can be compared, with exponents up to a million', at)
  // Such as 2024-01: Ion wants 2024-01T for the month.
  if (CONTINUES.test(cursor.next ?? '') || cursor.next === '-')
    return cursor.fail('this is no number', at, 'TOO_FEW_OPERANDS')
  if (typeof number === 'number') return { type: 'number', value: number, at }
  return { type: 'number', value: Number(printDecimal(number)), exact: number, at }
}

function readSymbol(cursor: Cursor): IonNode | undefined {
  const at = cursor.position
  const text = cursor.take(SYMBOL)
  if (text === undefined) return undefined
  if (text === 'true' || text === 'false') return { type: 'boolean', value: text === 'true', at }
  if (text === 'null' || text === 'nan') return cursor.fail(`${text} can't be compared`, at)
  return { type: 'symbol', value: text, at }
}

function numberOf(text: string): ExactNumber | undefined {
  const number = Number(text)
  if (String(number) === text && Number.isFinite(number)) return number
  const digits = text.replaceAll('_', '')
  if (!/^-?0[xXbB]/.test(digits)) return readExactNumber(digits.replace(/[dD]/, 'e'))
  if (digits.length === digits.search(/[xXbB]/) + 1) return undefined
  const integer = String(BigInt(digits.replace('-', '')))
  return readExactNumber(digits.startsWith('-') ? `-${integer}` : integer)
}
