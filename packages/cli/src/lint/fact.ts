/**
 * Facts: that a test holds, or that it is known not to; and implications between two facts.
 *
 * Sound but incomplete: unknown values satisfy neither a fact nor its negation. If two facts are about one
 * key, the evaluator tries both at values that represent all others; without such values, neither implication
 * nor exclusion is reported.
 *
 * @module
 */
import type { RuleTest, Value } from './rule-test.ts'

/** That a test holds, or that it is known not to hold. */
export interface Fact {
  readonly test: RuleTest
  readonly holds: boolean
}

/** Whether `y` holds whenever `x` does. */
export function entails(x: Fact, y: Fact): boolean {
  if (x.test.text === y.test.text) return x.holds === y.holds
  if (looksAt(x, keyThatIsThere(y))) return true
  if (x.test.split && y.test.split) return splitsEntail(x, y)
  if (partsEntail(x, y)) return true
  const trials = trialsOf(x, y)
  return trials?.values.every((value) => !trials.first(value) || trials.second(value)) ?? false
}

/** Whether the two never hold at once. */
export function excludes(x: Fact, y: Fact): boolean {
  return (
    entails(x, { ...y, holds: !y.holds }) ||
    entails(y, { ...x, holds: !x.holds }) ||
    areNeverBoth(x, y) ||
    areNeverBoth(y, x)
  )
}

/** Whether it never holds: no value is within 0 %, every value within 100 %. */
export function isImpossible({ test: { split }, holds }: Fact): boolean {
  return split !== undefined && split.percentage === (holds ? 0 : 100)
}

function areNeverBoth(x: Fact, y: Fact): boolean {
  const trials = trialsOf(x, y)
  return trials?.values.every((value) => !trials.first(value) || !trials.second(value)) ?? false
}

/** The key of a fact that says no more than that the context has it. */
function keyThatIsThere({ test, holds }: Fact): string | undefined {
  const { split, operator, keys } = test
  const saysNoMore = operator === 'exists' ? holds : split?.percentage === (holds ? 100 : 0)
  return saysNoMore ? keys[0] : undefined
}

/** Whatever the result of a test, its keys are in the context; but `exists` reads no value. */
function looksAt({ test: { operator, keys } }: Fact, key: string | undefined): boolean {
  return key !== undefined && operator !== 'exists' && keys.includes(key)
}

/** A value within the first 10 % is within the first 20; a value outside 20 is outside 10. */
function splitsEntail(x: Fact, y: Fact): boolean {
  const [first, second] = [x.test.split, y.test.split]
  if (!first || !second || first.order !== second.order || x.holds !== y.holds) return false
  return x.holds ? first.percentage <= second.percentage : first.percentage >= second.percentage
}

/** A text with "abc" in it has all in it that "abc" has; the same of beginnings and ends. */
function partsEntail(x: Fact, y: Fact): boolean {
  const [key = ''] = x.test.keys
  if (x.test.part === undefined || y.test.part === undefined || !y.test.keys.includes(key)) return false
  if (!x.holds || !y.holds || ![x.test.operator, 'contains'].includes(y.test.operator)) return false
  return y.test.truth({ [key]: x.test.part }) === true
}

interface Trials {
  readonly values: readonly Value[]
  first(value: Value): boolean
  second(value: Value): boolean
}

/**
 * The two facts, at values of their one key that stand for all at which the first can be so.
 * Undefined where there are no such values.
 */
function trialsOf(x: Fact, y: Fact): Trials | undefined {
  const [key = ''] = x.test.keys
  if (y.test.keys.length !== 1 || y.test.keys[0] !== key) return undefined
  const [line, other] = [x.test.line, y.test.line]
  if (line !== undefined && line.of === other?.of && isComparable(x))
    return {
      values: standingFor([...line.points, ...other.points]),
      first: (point) => line.truthAt(point) === x.holds,
      second: (point) => other.truthAt(point) === y.holds,
    }
  if (x.test.words === undefined || y.test.split !== undefined || !isOneOfFew(x)) return undefined
  return {
    values: x.test.words,
    first: (word) => x.test.truth({ [key]: word }) === x.holds,
    second: (word) => y.test.truth({ [key]: word }) === y.holds,
  }
}

/** That a value is not among some numbers is so of other things than numbers, too. */
function isComparable({ test, holds }: Fact): boolean {
  return holds || test.operator !== 'in'
}

/** Equal to a text or boolean; or not equal to a boolean, which leaves the other one. Texts have numbers beside them. */
function isOneOfFew({ test, holds }: Fact): boolean {
  const { operator, words = [] } = test
  return holds || (operator === 'eq' && !words.some((word) => typeof word === 'number'))
}

/** The points, what lies between neighbours, and what lies outside. */
function standingFor(points: readonly number[]): readonly Value[] {
  const sorted = points.toSorted((a, b) => a - b)
  const between = sorted.slice(1).map((point, at) => pointBetween(sorted[at] ?? point, point))
  return [Number.NEGATIVE_INFINITY, ...sorted, ...between, Number.POSITIVE_INFINITY]
}

/** Between two neighbours among JavaScript's numbers lies none of them, but a text that holds a number does. */
function pointBetween(lower: number, upper: number): Value {
  const middle = lower / 2 + upper / 2
  if (middle > lower && middle < upper) return middle
  const inner = lower >= 0 ? lower : upper
  if (inner === 0) return lower >= 0 ? '1e-400' : '-1e-400'
  const [digits = '', exponent] = inner.toExponential().split('e')
  return `${(digits.includes('.') ? digits : `${digits}.`).padEnd(25, '0')}1e${exponent}`
}
