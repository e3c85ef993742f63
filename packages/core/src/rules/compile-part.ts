/**
 * Evaluating a part of a rule alone, with three values: true, false, or unknown.
 *
 * The compiler that serves requests only reports whether a whole rule holds: a part that is neither true nor
 * true under `not` is unknown.
 *
 * @module
 */
import { compileRule } from './compile-rule.ts'
import type { RuleContext } from './facts.ts'
import { murmur3Split } from './split.ts'
import type { Truth } from './truth.ts'

/** A part of a rule that can be evaluated by itself. */
export interface CompiledPart {
  truth(context: RuleContext): Truth
  /** The keys of the context it uses. */
  readonly keys: ReadonlySet<string>
}

/**
 * @param flag whose key is the seed of a split without one.
 * @throws {RuleError}
 */
export function compilePart(text: string, flag: string): CompiledPart {
  // Inside an expression, for a part may be a context value, which is no rule by itself.
  const compile = (part: string) => compileRule(`(and true ${part})`, { flag, split: murmur3Split })
  const [holds, fails] = [compile(text), compile(`(not ${text})`)]
  return {
    truth: (context) => (holds(context) ? true : fails(context) ? false : undefined),
    keys: holds.keys,
  }
}
