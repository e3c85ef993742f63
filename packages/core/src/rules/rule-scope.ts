/**
 * What the rules of one document share: the keys they look at, their patterns, what those may cost to compile (some 40
 * milliseconds together), and rules that are there again.
 *
 * What a pattern costs is estimated from its text before it is compiled, so that the same document is taken or refused
 * on any machine. A pattern that is there again costs nothing.
 *
 * @module
 */
import { type ContextKey, contextKey } from './facts.ts'
import { compilePattern, type Search } from './pattern.ts'
import type { Test } from './truth.ts'
import { unrolledSize } from './unrolled-size.ts'

/** About a microsecond each, measured with re2js 2. */
const MOST_COST = 40_000
const COST = { pattern: 50, character: 3, unicodeClass: 500, state: 1 } as const

/** A rule for requests. */
export interface CompiledTest {
  readonly test: Test
  /** The keys of the context that it looks at. */
  readonly keys: ReadonlySet<string>
  /** Whether it chooses by a percentage. */
  readonly isSplit: boolean
}

/** Of one document. */
export class RuleScope {
  readonly #keys = new Map<string, ContextKey>()
  readonly #searches = new Map<string, Search>()
  /** Compiled rules by their text: of those that hold alike whichever flag they are of. */
  readonly rules: Map<string, CompiledTest> = new Map()
  #left = MOST_COST

  /** Whether there was a pattern that was one too many, or too large. */
  get isExceeded(): boolean {
    return this.#left < 0
  }

  /** One for all rules: its name is one text then, which is compared at once. */
  key(name: string): ContextKey {
    const key = this.#keys.get(name) ?? contextKey(name)
    this.#keys.set(name, key)
    return key
  }

  /**
   * @returns undefined for a pattern that is too much.
   * @throws {Error} for one that is not RE2's, or has too many states.
   */
  searchFor(pattern: string): Search | undefined {
    const known = this.#searches.get(pattern)
    if (known !== undefined) return known
    if (this.#left >= 0) this.#left -= costOf(pattern)
    if (this.#left < 0) return undefined
    const search = compilePattern(pattern)
    this.#searches.set(pattern, search)
    return search
  }
}

function costOf(pattern: string): number {
  const classes = pattern.match(/\\p/gi)?.length ?? 0
  return (
    COST.pattern +
    COST.character * pattern.length +
    COST.unicodeClass * classes +
    COST.state * unrolledSize(pattern)
  )
}
