/**
 * What a test comes to.
 *
 * Three-valued: what can't be known (a key that is missing, a value of another type) is neither true
 * nor false, stays so under `not`, and is false only in the end. So no flag is switched on by what is
 * not there. AWS leaves this undocumented: the decision is ours, and docs/flags.md lists it.
 *
 * @module
 */
import type { Facts } from './facts.ts'

/** Undefined: it can't be known. */
export type Truth = boolean | undefined

/** A part of a rule, compiled. Never throws. */
export type Test = (facts: Facts) => Truth
