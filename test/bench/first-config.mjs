/**
 * The table of docs/lambda.md: `node test/bench/first-config.mjs [RUNS]` after a build.
 *
 * Milliseconds that a new process takes for its first configuration, beside one that does nothing: loading core and, where
 * there is one, the SDK; the first call, over a real socket to an AppConfig on this machine. In Lambda that is a part of a
 * cold start. The network between a function and AWS comes on top, and fewer and slower cores.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { load } from './harness/packages.mjs'
import { machine, table } from './harness/report.mjs'
import { spread } from './harness/stats.mjs'

const RUNS = Number(process.argv[2] ?? 15)
const { startLocalAppConfig } = await load('local')
const local = await startLocalAppConfig()
await local.deploy({
  application: 'api',
  environment: 'prod',
  profile: 'default',
  content: { featureA: true },
})

const SOURCES = {
  agent: `agent({ baseUrl: '${local.agentUrl}' })`,
  direct: `direct({ endpoint: '${local.url}', region: 'us-east-1' })`,
}
const program = (source) => `
import { agent, createAppConfig, direct } from '@appconfig-kit/core'
const options = { application: 'api', environment: 'prod', layers: ['default'], refresh: 'onRequest' }
const client = createAppConfig({ ...options, source: ${SOURCES[source]} })
client.resolve().then((config) => {
  console.log(config.featureA, performance.now())
})
`
const CASES = [
  { name: 'Node alone', bare: true },
  { name: 'the Agent, bundled without the SDK', source: 'agent', bundle: { external: ['@aws-sdk/*'] } },
  { name: 'the Agent, from node_modules', source: 'agent' },
  { name: 'direct, the SDK in the bundle', source: 'direct', bundle: {} },
  { name: 'direct, the SDK from node_modules', source: 'direct' },
]

// Below this file, so that the packages are found.
const folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), 'first-config-'))
try {
  for (const each of CASES) Object.assign(each, await prepare(each), { times: [] })
  // In turns: what else the machine does meets all of them.
  for (let turn = 0; turn < RUNS; turn++) for (const each of CASES) each.times.push(await timeOf(each.file))
} finally {
  await rm(folder, { recursive: true })
  await local.close()
}
const [alone] = CASES
const { node, cpu } = machine()
console.log(
  table({ name: `ms, median of ${RUNS} (middle half); Node ${node}, ${cpu}`, members: CASES }, [
    ['', ({ name }) => name],
    ['from the start of the process', ({ times }) => range(spread(times))],
    ['beyond Node alone', (each) => (each === alone ? '' : beyond(each))],
    ['bundle, kB', ({ bytes }) => (bytes === undefined ? '' : Math.round(bytes / 1000))],
  ]),
)

/** Writes the program of a case, bundled where it says so. */
async function prepare({ name, bare, source, bundle }) {
  const at = join(folder, `${CASES.findIndex((each) => each.name === name)}`)
  const file = `${at}.mjs`
  await writeFile(file, bare ? `console.log(true, performance.now())` : program(source))
  if (bundle === undefined) return { file }
  const outfile = `${at}.cjs`
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    ...bundle,
  })
  return { file: outfile, bytes: (await stat(outfile)).size }
}

async function timeOf(file) {
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env })
  const [answer, ms] = stdout.trim().split(' ')
  if (answer !== 'true') throw new Error(`${file} answered ${answer}`)
  return Number(ms)
}

function beyond({ times }) {
  const { median } = spread(times.map((ms, turn) => ms - alone.times[turn]))
  return Math.round(median)
}

function range({ median, p25, p75 }) {
  return `${Math.round(median)} (${Math.round(p25)} to ${Math.round(p75)})`
}
