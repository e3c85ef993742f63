/**
 * Plays the story and draws it:
 *
 *     node dist/main.mjs [--speed 120] [--kill] [--plot FOLDER]
 *
 * Exit code 0 only if it came out as it is told.
 *
 * @module
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Resvg } from '@resvg/resvg-js'
import { plotOf } from './plot.ts'
import { createScreen } from './screen.ts'
import { tellStory } from './story.ts'
import { claimsOf } from './verdict.ts'

/** Beyond it, forty instances and their users on one machine fall behind the clock. */
const FASTEST = 400

const { values } = parseArgs({
  options: {
    // How many times as fast as real time AppConfig's clock, and everybody's, goes.
    speed: { type: 'string', default: '120' },
    // Whether the process that drives each rollout is killed half-way, and started again.
    kill: { type: 'boolean', default: false },
    // The folder for waves-story.svg and waves-story.png.
    plot: { type: 'string' },
  },
})
const { kill } = values
const speed = Number(values.speed)
if (!(speed >= 1 && speed <= FASTEST)) {
  console.error(`--speed takes a number from 1 to ${FASTEST}, got ${values.speed}.`)
  process.exit(2)
}

console.log(`
Four cells of ten instances of an API, their configuration from an AppConfig on this machine, ${speed} times as fast.
A version goes through the cells by rollout.yaml; a gate compares its failed requests with those of the one before.
`)
const screen = createScreen(process.stdout)
try {
  const told = await tellStory({ speed, kill, onSample: screen.sample, onMark: screen.mark })

  const claims = claimsOf(told, kill)
  console.log('')
  for (const { text, isTrue } of claims) console.log(`${isTrue ? 'yes' : 'NO '}  ${text}`)

  const folder = resolve(values.plot ?? mkdtempSync(join(tmpdir(), 'waves-story-')))
  const svg = plotOf(told)
  writeFileSync(join(folder, 'waves-story.svg'), svg)
  writeFileSync(join(folder, 'waves-story.png'), new Resvg(svg).render().asPng())
  console.log(`\nThe plot: ${join(folder, 'waves-story.svg')}, and as PNG beside it`)

  const cameOut = claims.every(({ isTrue }) => isTrue)
  console.log(cameOut ? 'The story came out as told.' : 'The story did not come out as told.')
  process.exitCode = cameOut ? 0 : 1
} catch (error) {
  console.error(`\nThe story broke off: ${(error as Error).message}.`)
  process.exitCode = 1
}
