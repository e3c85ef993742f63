/**
 * What one decision costs through OpenFeature's server SDK, by provider. The SDK itself is in every number.
 *
 * @module
 */
import { COLUMNS, compareGroup } from '../harness/compared.mjs'
import { NAMES } from '../participants/openfeature.mjs'

const [BASELINE] = NAMES

export const GROUPS = [
  ['one boolean flag of 100', 'plain'],
  ['three rules and a split, a fresh context', 'rules'],
].map(([name, setup]) => ({
  name,
  baseline: BASELINE,
  participants: NAMES.map((provider) => ({
    name: provider,
    module: 'openfeature',
    setup,
    options: { provider },
  })),
}))

export async function run({ short }) {
  const rows = []
  const length = short ? { rounds: 1, roundMs: 5, short } : { rounds: 15, roundMs: 40 }
  for (const group of GROUPS) rows.push(...(await compareGroup(group, length)))
  return {
    title: 'One decision through OpenFeature’s server SDK, in nanoseconds and times its in-memory provider',
    rows,
    columns: COLUMNS.map(([title, of]) => [title === 'times the floor' ? 'times in-memory' : title, of]),
  }
}
