/**
 * How properties are checked: which seed, how many runs.
 *
 *     HOSTILE_SEED=123 HOSTILE_RUNS=20 node scripts/pnpm.mjs --filter appconfig-kit-test test hostile
 *
 * `HOSTILE_RUNS` multiplies the number of runs. Each run of the tests has a seed of its own, which stands in their
 * titles and in the report of a failure.
 *
 * @module
 */
import fc from 'fast-check'

const { HOSTILE_SEED, HOSTILE_RUNS } = process.env

export const SEED: number = HOSTILE_SEED === undefined ? Date.now() % 2 ** 31 : Number(HOSTILE_SEED)
const FACTOR = HOSTILE_RUNS === undefined ? 1 : Number(HOSTILE_RUNS)

/** More than any test takes, where runs are many. */
export const TIMEOUT_MS: number = 60_000 * Math.max(1, FACTOR)

export function options(runs: number): { seed: number; numRuns: number } {
  return { seed: SEED, numRuns: Math.ceil(runs * FACTOR) }
}

/** Checks a property. Each of the examples, found before, is checked first. */
export function check<Input>(
  inputs: fc.Arbitrary<Input>,
  runs: number,
  holds: (input: Input) => void,
  examples: readonly Input[] = [],
): void {
  fc.assert(fc.property(inputs, holds), {
    ...options(runs),
    examples: examples.map((example): [Input] => [example]),
  })
}

/** The same, for what takes time. */
export async function checkLater<Input>(
  inputs: fc.Arbitrary<Input>,
  runs: number,
  holds: (input: Input) => Promise<void>,
  examples: readonly Input[] = [],
): Promise<void> {
  await fc.assert(fc.asyncProperty(inputs, holds), {
    ...options(runs),
    examples: examples.map((example): [Input] => [example]),
  })
}
