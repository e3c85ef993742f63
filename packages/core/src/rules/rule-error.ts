/**
 * What is wrong with a rule, and where.
 *
 * @module
 */

/** What kind of thing is wrong. */
export type RuleErrorCode =
  | 'NOT_AN_EXPRESSION'
  | 'UNKNOWN_SYMBOL'
  | 'TOO_FEW_OPERANDS'
  | 'TOO_COSTLY'
  | 'INVALID'

/** A rule that can't be read or means nothing; the text shows the line and the spot. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  readonly code: RuleErrorCode
  /** What is wrong, without the spot. */
  readonly problem: string
  readonly line: number
  readonly column: number

  /** @param offset of the spot, in characters from the start of the rule. */
  constructor(problem: string, rule: string, offset: number, code: RuleErrorCode = 'INVALID') {
    const before = rule.slice(0, offset).split('\n')
    const line = before.length
    const column = (before.at(-1)?.length ?? 0) + 1
    const text = (rule.split('\n')[line - 1] ?? '').slice(Math.max(0, column - 41), column + 39)
    super(`${problem} at ${line}:${column}\n  ${text}\n  ${' '.repeat(Math.min(column - 1, 40))}^`)
    this.code = code
    this.problem = problem
    this.line = line
    this.column = column
  }
}
