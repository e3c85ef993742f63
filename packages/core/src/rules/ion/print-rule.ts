/**
 * Writing a rule down again, in one canonical form: what it prints, the parser reads as the same.
 *
 * @module
 */
import { printDecimal } from '../exact-number.ts'
import type { IonNode } from './ion-node.ts'

/** The text of a rule: one line, single spaces, no comments. */
export function printRule(node: IonNode): string {
  const name = node.annotation === undefined ? '' : `${printSymbol(node.annotation)}::`
  return name + printBare(node)
}

function printBare(node: IonNode): string {
  switch (node.type) {
    case 'string':
      return printString(node.value)
    case 'number':
      return node.exact ? printDecimal(node.exact) : printNumber(node.value)
    case 'boolean':
      return String(node.value)
    case 'timestamp':
      return node.text
    case 'symbol':
      return printSymbol(node.value)
    case 'list':
      return `[${node.items.map(printRule).join(', ')}]`
    case 'expression':
      return `(${node.items.map(printRule).join(' ')})`
  }
}

function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0e0' : String(value).replace('e+', 'e')
}

function printString(value: string): string {
  return `"${escaped(value).replaceAll('"', '\\"')}"`
}

function printSymbol(value: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(value) && !['true', 'false', 'null', 'nan'].includes(value)) return value
  return `'${escaped(value).replaceAll("'", "\\'")}'`
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(
      /[\p{Cc}\u2028\u2029\ud800-\udfff]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
}
