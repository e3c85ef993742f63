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
import { RuleError } from '../rule-error.ts'
import { Cursor } from './cursor.ts'
import type { IonNode } from './ion-node.ts'
import { readLongStrings, readQuoted } from './read-quoted.ts'
import { readScalar } from './read-scalar.ts'

/** AppConfig takes no longer rule. */
export const LONGEST_RULE = 16_384
const DEEPEST = 64
/** Characters of a list or expression, so that reading one takes some milliseconds: ten times what a flag may have. */
export const LONGEST_VALUE = 262_144

/**
 * The text of a rule: one value, and nothing after it.
 *
 * @throws {RuleError}
 */
export function parseIon(rule: string): IonNode {
  if (rule.length > LONGEST_RULE)
    throw new RuleError(`a rule has at most ${LONGEST_RULE} characters, this one ${rule.length}`, rule, 0)
  const cursor = new Cursor(rule)
  const value = readValue(cursor, 0)
  cursor.skipSpace()
  if (!cursor.isAtEnd) cursor.fail('the rule has ended here, but the text goes on')
  return value
}

/**
 * All values of a text, one after the other, each read when it is asked for.
 *
 * @throws {RuleError}
 */
export function* parseIonValues(text: string): Generator<IonNode, void> {
  const cursor = new Cursor(text)
  for (;;) {
    cursor.skipSpace()
    if (cursor.isAtEnd) return
    yield readValue(cursor, 0)
  }
}

function readValue(cursor: Cursor, depth: number): IonNode {
  if (depth > DEEPEST) cursor.fail(`nested more than ${DEEPEST} levels deep`)
  cursor.skipSpace()
  const at = cursor.position
  const node = readBare(cursor, depth)
  if (node.type !== 'symbol') return node
  cursor.skipSpace()
  if (!cursor.startsWith('::')) return node
  cursor.position += 2
  const value = readValue(cursor, depth + 1)
  if (value.annotation !== undefined) cursor.fail('an operand has one name', at)
  return { ...value, at, annotation: node.value }
}

function readBare(cursor: Cursor, depth: number): IonNode {
  const at = cursor.position
  const { next } = cursor
  if (next === undefined) return cursor.fail('the rule ends too early')
  if (next === '(') return { type: 'expression', items: readItems(cursor, ')', depth, false), at }
  if (next === '[') return { type: 'list', items: readItems(cursor, ']', depth, true), at }
  if (next === '"') return { type: 'string', value: readQuoted(cursor, '"'), at }
  if (cursor.startsWith("'''")) return { type: 'string', value: readLongStrings(cursor), at }
  if (next === "'") return { type: 'symbol', value: readQuoted(cursor, "'"), at }
  return readScalar(cursor) ?? cursor.fail(`${JSON.stringify(next)} begins nothing`)
}

function readItems(cursor: Cursor, end: string, depth: number, separated: boolean): IonNode[] {
  const start = cursor.position++
  const items: IonNode[] = []
  for (;;) {
    cursor.skipSpace()
    if (cursor.isAtEnd) cursor.fail(`${cursor.text[start]} is not closed`, start)
    if (cursor.next === end) break
    if (cursor.position - start > LONGEST_VALUE)
      cursor.fail(`it has more than ${LONGEST_VALUE} characters`, start)
    items.push(readValue(cursor, depth + 1))
    cursor.skipSpace()
    if (!separated) continue
    if (cursor.next === ',') cursor.position++
    else if (cursor.next !== end && !cursor.isAtEnd) cursor.fail('a comma is missing')
  }
  cursor.position++
  return items
}
