/**
 * The guard: `node test/bench/compare.mjs REF1 REF2 [--margin 0.15] [--rounds 25] [--only TEXT]`.
 *
 * Builds two commits in temporary worktrees, measures what the benches mark as `guard` of both in turns, in one run,
 * and ends with 1 if something takes longer in REF2: by more than the margin in the median of the rounds, and at
 * all in three quarters of them.
 *
 * The benches are those of this checkout: they use public names only, so that older commits can run them.
 *
 * @module
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { GROUPS as FLAGS } from './benches/flags.mjs'
import { GROUPS as IN_PROCESS } from './benches/in-process.mjs'
import { amount } from './harness/compared.mjs'
import { alternate } from './harness/processes.mjs'
import { table } from './harness/report.mjs'
import { ratios, spread } from './harness/stats.mjs'

const HERE = fileURLToPath(new URL('../..', import.meta.url))
const ROUND_MS = 40

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    margin: { type: 'string', default: '0.15' },
    rounds: { type: 'string', default: '25' },
    only: { type: 'string', default: '' },
  },
})
if (positionals.length !== 2) {
  console.error('compare.mjs takes two commits, e.g. main HEAD')
  process.exit(2)
}
const margin = Number(values.margin)
const cases = [...FLAGS, ...IN_PROCESS].flatMap(({ name: group, guard, participants }) =>
  participants
    .filter(({ name }) => guard.includes(name) && `${group} ${name}`.includes(values.only))
    .map((participant) => ({ group, ...participant })),
)
const folder = mkdtempSync(join(tmpdir(), 'appconfig-kit-compare-'))
const checkouts = positionals.map((ref, at) => ({ ref, path: join(folder, String(at)) }))
let rows
try {
  for (const checkout of checkouts) build(checkout)
  rows = []
  for (const participant of cases) rows.push(await compare(participant))
} finally {
  for (const { path } of checkouts) removeWorktree(path)
  rmSync(folder, { recursive: true, force: true })
}
console.log(
  table({ name: `${positionals.join(' against ')}`, members: rows }, [
    ['', ({ group, name }) => `${group}: ${name}`],
    ['ns before', ({ before }) => amount(before.median)],
    ['ns after', ({ after }) => amount(after.median)],
    ['times', ({ ratio }) => ratio.median.toFixed(2)],
    ['p25 to p75', ({ ratio }) => `${ratio.p25.toFixed(2)} to ${ratio.p75.toFixed(2)}`],
    ['', ({ isSlower }) => (isSlower ? 'SLOWER' : '')],
  ]),
)
const slower = rows.filter(({ isSlower }) => isSlower)
console.log(
  slower.length > 0
    ? `${slower.length} of ${rows.length} are slower than before by more than ${margin * 100} %`
    : `none of ${rows.length} is slower than before by more than ${margin * 100} %`,
)
process.exit(slower.length > 0 ? 1 : 0)

function build({ ref, path }) {
  console.log(`building ${ref}`)
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] }
  execFileSync('git', ['worktree', 'add', '--detach', path, ref], { cwd: HERE, ...quiet })
  for (const command of [
    ['install', '--frozen-lockfile', '--prefer-offline'],
    ['build', '--filter', './packages/*'],
  ]) {
    execFileSync(process.execPath, ['scripts/pnpm.mjs', ...command], { cwd: path, ...quiet })
  }
}

function removeWorktree(path) {
  try {
    execFileSync('git', ['worktree', 'remove', '--force', path], { cwd: HERE, stdio: 'ignore' })
  } catch {
    // It was not made.
  }
}

async function compare({ group, name, ...participant }) {
  const both = checkouts.map(({ path }, at) => ({
    ...participant,
    name: String(at),
    env: { APPCONFIG_KIT_ROOT: path },
  }))
  const measured = await alternate(both, {
    rounds: Number(values.rounds),
    baseline: '0',
    input: { ms: ROUND_MS },
  })
  const { rounds, beside } = measured.get('1')
  const [before, after] = [beside, rounds].map((answers) => answers.map(({ ns }) => ns))
  const ratio = ratios(after, before)
  const isSlower = ratio.median > 1 + margin && ratio.p25 > 1
  return { group, name, before: spread(before), after: spread(after), ratio, isSlower }
}
