/**
 * `matches`.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import { compilePattern, type Search } from '../pattern.ts'
import type { RuleCompiler } from '../rule-compiler.ts'
import type { NamedOperator } from './operator.ts'

/** Together they take some milliseconds at the worst. */
const MOST_PATTERNS = 24

export const MATCHES: NamedOperator = {
  name: 'matches',
  example: '(matches in::$greeting pattern::"h.*y")',
  holdsWhen: 'RE2 finds the pattern anywhere',
  operands: { are: 'named', required: ['in', 'pattern'], optional: [] },
  compile(compiler, named) {
    const subject = compiler.operand(named['in'] as IonNode)
    const pattern = named['pattern'] as IonNode
    if (pattern.type !== 'string') return compiler.fail('a pattern is a string', pattern)
    if (compiler.countPattern() > MOST_PATTERNS)
      return compiler.fail(`a rule has at most ${MOST_PATTERNS} patterns: join them with |`, pattern)
    const search = searchFor(compiler, pattern)
    return (facts) => {
      const text = subject.read(facts)
      return typeof text === 'string' ? search(text) : undefined
    }
  },
}

function searchFor(compiler: RuleCompiler, pattern: IonNode & { readonly type: 'string' }): Search {
  try {
    return compilePattern(pattern.value)
  } catch (error) {
    return compiler.fail(error instanceof Error ? error.message : 'the pattern is unreadable', pattern)
  }
}
