/**
 * Keeps an API running for a while in which all goes wrong: `node soak.mjs [--seconds N] [--seed N] [--into FOLDER]`,
 * 1,800 seconds unless told otherwise, after a build.
 *
 * 2,000 tenants are served by an Express API in a process of its own, configured by a local AppConfig. Good and bad
 * versions are deployed, AppConfig fails in every way it can and goes away, and the API is killed and started again,
 * without AppConfig too. Ends with 1 if a request failed on its configuration, or was given another's or a bad one.
 *
 * @module
 */
import { resolve } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { report } from './harness/report.mjs'
import { startApi } from './soak/api.mjs'
import { startAppConfig } from './soak/app-config.mjs'
import { startLoad } from './soak/load.mjs'
import { inTurns, randomOf } from './soak/random.mjs'
import { summarize } from './soak/summary.mjs'
import { kills, troubles } from './soak/troubles.mjs'

/** The API is killed in the first part only: the second shows what its memory does. */
const SHARE_WITH_KILLS = 0.4
const KILL_EVERY = 3
const HEAP_EVERY_MS = 5000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1800' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    into: { type: 'string', default: 'results' },
  },
})
const seconds = Number(values.seconds)
const random = randomOf(Number(values.seed))
console.log(`soak: ${seconds} s, seed ${values.seed}`)

const appConfig = await startAppConfig()
const api = await startApi(appConfig.url)
await api.isBackedUp()
const load = startLoad(api.port, appConfig)
const beganAt = performance.now()
const leftMs = () => beganAt + seconds * 1000 - performance.now()
const heap = setInterval(() => void api.noteHeap(), HEAP_EVERY_MS)

const told = {}
const note = (what) => {
  told[what] = (told[what] ?? 0) + 1
}
// The shortest soak too has deployments, and a kill after them.
const nextTrouble = inTurns(random, Object.keys(troubles), 'deployments')
const nextKill = inTurns(random, Object.keys(kills))
for (let turn = 0; leftMs() > 0; turn++) {
  const mayKill = leftMs() > (1 - SHARE_WITH_KILLS) * seconds * 1000
  const isKill = mayKill && turn % KILL_EVERY === 1
  const name = isKill ? nextKill() : nextTrouble()
  const happen = isKill ? kills[name] : troubles[name]
  note(name)
  await happen({ appConfig, api, random })
  await passed(Math.max(0, Math.min(random.between(500, 2000), leftMs())))
}
clearInterval(heap)
await load.stop()
await api.stop()
await appConfig.stop()

const result = summarize({ seconds, told, load, api, appConfig })
report({
  name: 'soak',
  short: false,
  into: pathToFileURL(`${resolve(import.meta.dirname, values.into)}/`),
  ...result,
})
for (const failure of load.failures.slice(0, 10)) console.log(failure)
process.exitCode = load.failures.length > 0 ? 1 : 0
