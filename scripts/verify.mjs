/**
 * Runs every check there is, and says at the end how many tests ran, and which were left out.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'

const ROOT = new URL('..', import.meta.url)
const TASKS = ['lint', 'typecheck', 'build', 'test', 'check:package']

// What an earlier run left must not be counted.
for (const file of resultFiles()) rmSync(new URL(file, ROOT))

const { status } = spawnSync(
  'pnpm',
  ['exec', 'turbo', 'run', ...TASKS, '--continue', '--concurrency=2', '--output-logs=new-only'],
  {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  },
)
const failed = summarize()
process.exit(status || (failed > 0 ? 1 : 0))

function summarize() {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const leftOut = []
  for (const file of resultFiles()) {
    const { testResults } = JSON.parse(readFileSync(new URL(file, ROOT), 'utf8'))
    for (const { assertionResults, status: fileStatus } of testResults) {
      // A file that could not be loaded holds no tests, and is a failure all the same.
      if (assertionResults.length === 0 && fileStatus === 'failed') counts.failed++
      for (const { status: outcome, fullName } of assertionResults) {
        if (outcome === 'passed' || outcome === 'failed') counts[outcome]++
        else {
          counts.skipped++
          leftOut.push(fullName)
        }
      }
    }
  }
  console.log(`\nTests of ${resultFiles().length} packages:`)
  for (const name of leftOut) console.log(`  left out: ${name}`)
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  return counts.failed
}

function resultFiles() {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(new URL(parent, ROOT)).map((name) => `${parent}/${name}`),
  )
  return [...folders, 'test', 'test/nest11', 'test/bench']
    .map((folder) => `${folder}/node_modules/.vitest/results.json`)
    .filter((file) => existsSync(new URL(file, ROOT)))
}
