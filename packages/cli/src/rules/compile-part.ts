/**
 * A part of a rule by itself, three-valued: it holds, it does not, or it can't be known.
 *
 * The compiler that serves requests is asked, which tells of a whole rule only whether it holds: what is
 * neither true nor true under `not` can't be known.
 *
 * @module
 */
import { compileRule, murmur3Split, type RuleContext } from '@appconfig-kit/core/rules'

/** Undefined: it can't be known. */
export type Truth = boolean | undefined

/** A part of a rule that can be evaluated by itself. */
export interface CompiledPart {
  truth(context: RuleContext): Truth
  /** What it looks at. */
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
