/**
 * `begins_with`, `ends_with`, `contains`.
 *
 * @module
 */
import type { RuleOperand } from '../rule-operand.ts'
import type { PositionalOperator } from './operator.ts'

function textTest(
  name: string,
  example: string,
  holds: (text: string, part: string) => boolean,
  holdsWhen: string,
): PositionalOperator {
  return {
    name,
    example,
    holdsWhen,
    operands: { are: 'texts', count: 2 },
    compile(compiler, operands) {
      const [a, b] = operands.map((node) => compiler.operand(node)) as [RuleOperand, RuleOperand]
      return (facts) => {
        const text = a.read(facts)
        const part = b.read(facts)
        return typeof text === 'string' && typeof part === 'string' ? holds(text, part) : undefined
      }
    },
  }
}

/** Most texts differ in the first character, which is seen sooner than {@link String.startsWith} is called. */
function beginsWith(text: string, part: string): boolean {
  return part === '' || (text.charCodeAt(0) === part.charCodeAt(0) && text.startsWith(part))
}

function endsWith(text: string, part: string): boolean {
  if (part === '') return true
  return text.charCodeAt(text.length - 1) === part.charCodeAt(part.length - 1) && text.endsWith(part)
}

/** `begins_with`, `ends_with` and `contains`. */
export const TEXT_TESTS: readonly PositionalOperator[] = [
  textTest('begins_with', '(begins_with $name "Ann")', beginsWith, 'the text begins so'),
  textTest('ends_with', '(ends_with $email "@example.com")', endsWith, 'the text ends so'),
  textTest(
    'contains',
    '(contains $name "nn")',
    (text, part) => text.includes(part),
    'the text holds the other',
  ),
]
