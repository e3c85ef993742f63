/**
 * An operand of a test: a context key, a constant, or another test.
 *
 * One class for all three, so that the engine puts its code into the tests that use it: of a function for each it would
 * not know which one is called.
 *
 * @module
 */
import type { ContextKey, Facts } from './facts.ts'
import type { Operand } from './operand.ts'
import type { Test } from './truth.ts'

/** An operand, compiled: a constant, a key of the context, or the result of a test. */
export class RuleOperand {
  readonly #key: ContextKey | undefined
  readonly #test: Test | undefined
  /** Its value, where that is the same for everybody. */
  readonly constant: Operand | undefined

  private constructor(key: ContextKey | undefined, test: Test | undefined, constant: Operand | undefined) {
    this.#key = key
    this.#test = test
    this.constant = constant
  }

  static ofKey(key: ContextKey): RuleOperand {
    return new RuleOperand(key, undefined, undefined)
  }

  static ofTest(test: Test): RuleOperand {
    return new RuleOperand(undefined, test, undefined)
  }

  static ofConstant(constant: Operand): RuleOperand {
    return new RuleOperand(undefined, undefined, constant)
  }

  /** Its value; undefined where it can't be known. */
  read(facts: Facts): Operand | undefined {
    if (this.#key !== undefined) return facts.operandOf(this.#key)
    return this.#test === undefined ? this.constant : this.#test(facts)
  }
}
