/**
 * Something wrong, or surely not meant, at a place of a file.
 *
 * @module
 */

import type {
  JsonValue,
  Locate,
  Position,
  Reading,
  Problem as ReadingProblem,
} from '@appconfig-kit/core/documents'
import { compileRule, murmur3Split, RuleError } from '@appconfig-kit/core/rules'
import { isPlainObject } from './json.ts'

/** A problem of a file. */
export interface Problem extends Partial<Position> {
  /** Empty: the document as a whole. */
  readonly place: string
  readonly problem: string
  /** The kind of a problem for which a client refuses the document. */
  readonly code?: string
}

/** All that a client would refuse of a document. */
export function problemsOf({ problems, written }: Reading): readonly Problem[] {
  return problems.map(({ text, code, ...where }) => ({
    ...pick(where),
    code,
    problem: (code === 'RULE_INVALID' && spotInRule(written, where.place)) || text,
  }))
}

function pick({
  place,
  line,
  column,
}: Omit<ReadingProblem, 'code' | 'text'>): Pick<Problem, 'place' | 'line' | 'column'> {
  return { place, ...(line !== undefined && { line, column }) }
}

/** A problem and where its place stands. */
export function located(problem: Problem, locate: Locate): Problem {
  return problem.line === undefined ? { ...problem, ...locate(problem.place) } : problem
}

/** The error of a rule, with an arrow before its position. It quotes the rule: the reader has the file. */
function spotInRule(document: JsonValue | undefined, place: string): string | undefined {
  const rule = valueAt(document, place.split('.'))
  if (typeof rule !== 'string') return undefined
  try {
    compileRule(rule, { flag: '', split: murmur3Split })
    return undefined
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    const { problem, line, column } = error
    const text = rule.split('\n')[line - 1] ?? ''
    const [before, after] = [
      text.slice(Math.max(0, column - 41), column - 1),
      text.slice(column - 1, column + 39),
    ]
    return `${problem} at ${line}:${column}: ${before}-->${after}`
  }
}

function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((part, key) => {
    if (Array.isArray(part)) return part[Number(key)]
    return isPlainObject(part) && Object.hasOwn(part, key) ? part[key] : undefined
  }, value)
}
