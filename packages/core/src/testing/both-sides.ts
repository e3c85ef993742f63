/**
 * One suite for both sides of a flag.
 *
 * @module
 */
import { OptionsError } from '../errors.ts'
import { checkFlag } from '../requests/gates.ts'
import type { FlagKey } from '../types.ts'

/** `describe` of vitest, Jest, node:test, Mocha and others. */
export type DescribeLike = (name: string, suite: () => void) => unknown

/** Options of {@link bothSides}. */
export interface BothSidesOptions {
  /**
   * The runner's `describe`, to be given where it is imported: in node:test, and in vitest without globals.
   *
   * @default the global one
   */
  readonly describe?: DescribeLike
}

/**
 * Runs a suite twice, with the flag off and with the flag on: two groups of tests, `featureA off` and
 * `featureA on`.
 *
 * @param suite declares the tests; `isOn` says which side it is to test. It sets the flag itself:
 * `testConfig({ featureA: isOn })`.
 * @throws {OptionsError} `OPTIONS_INVALID` where there is no `describe`.
 */
export function bothSides(
  flag: FlagKey,
  suite: (isOn: boolean) => void,
  { describe = globalDescribe() }: BothSidesOptions = {},
): void {
  checkFlag(flag)
  if (typeof describe !== 'function') {
    throw new OptionsError(
      'OPTIONS_INVALID',
      'bothSides() found no global describe. Import it from your runner and pass it on: bothSides(flag, suite, { describe })',
    )
  }
  for (const isOn of [false, true]) describe(`${flag} ${isOn ? 'on' : 'off'}`, () => suite(isOn))
}

function globalDescribe(): DescribeLike | undefined {
  return (globalThis as { readonly describe?: DescribeLike }).describe
}
