/**
 * Plays the story and draws it:
 *
 *     node dist/main.mjs [--speed 120] [--plot rollback-story.svg]
 *
 * Exit code 0 only if it came out as it is told.
 *
 * @module
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { plotOf } from './plot.ts'
import { createScreen } from './screen.ts'
import { tellStory } from './story.ts'
import { claimsOf } from './verdict.ts'

/** Beyond it, ten instances and their users on one machine fall behind the clock. */
const FASTEST = 1000

const { values } = parseArgs({
  options: {
    // How many times as fast as real time AppConfig's clock, and everybody's, goes.
    speed: { type: 'string', default: '120' },
    // Where to write the plot.
    plot: { type: 'string' },
  },
})
const speed = Number(values.speed)
if (!(speed >= 1 && speed <= FASTEST)) {
  console.error(`--speed takes a number from 1 to ${FASTEST}, got ${values.speed}.`)
  process.exit(2)
}

console.log(`
Ten instances of an API, their configuration from an AppConfig on this machine, ${speed} times as fast.
A version is deployed to 20% more of them every six minutes, and then watched for half an hour.
`)
const screen = createScreen(process.stdout)
try {
  const told = await tellStory({ speed, onSample: screen.sample, onMark: screen.mark })

  const claims = claimsOf(told)
  console.log('')
  for (const { text, isTrue } of claims) console.log(`${isTrue ? 'yes' : 'NO '}  ${text}`)

  const file = resolve(
    values.plot ?? join(mkdtempSync(join(tmpdir(), 'rollback-story-')), 'rollback-story.svg'),
  )
  writeFileSync(file, plotOf(told))
  console.log(`\nThe plot: ${file}`)

  const cameOut = claims.every(({ isTrue }) => isTrue)
  console.log(cameOut ? 'The story came out as told.' : 'The story did not come out as told.')
  process.exitCode = cameOut ? 0 : 1
} catch (error) {
  console.error(`\nThe story broke off: ${(error as Error).message}.`)
  process.exitCode = 1
}
