/**
 * Starting: import time, memory, time to the first configuration, and what is installed.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installSize } from '../harness/install-size.mjs'
import { dependencyOf, ROOT } from '../harness/packages.mjs'
import { startParticipant } from '../harness/processes.mjs'
import { ratios, spread } from '../harness/stats.mjs'

const HERE = fileURLToPath(new URL('..', import.meta.url))
const RECORDER = new URL('../harness/record-modules.mjs', import.meta.url).href
const ours = (name) => `await import('${new URL(`packages/${name}/dist/index.mjs`, ROOT).href}')`
const other = (name) => `await import('${name}')`
const NEST = ['reflect-metadata', '@nestjs/core', '@nestjs/platform-express']
  .map((name) => other(dependencyOf('nestjs', name)))
  .join('; ')
const started = (source) => `const core = ${ours('core')}
const client = core.createAppConfig({ application: 'api', environment: 'bench', layers: ['default'], source: core.${source}, logger: false })
await client.start()`

const folderOf = (name) => fileURLToPath(new URL(`packages/${name}/`, ROOT))
const installed = (name) => join(HERE, 'node_modules', name)

function cases({ directory, port }) {
  const url = `http://127.0.0.1:${port}`
  return [
    { name: 'bare: node', code: '' },
    { name: 'bare: express', code: other('express'), folder: installed('express') },
    { name: 'bare: koa', code: other('koa'), folder: installed('koa') },
    { name: 'bare: nest on express', code: NEST },
    { name: 'ours: core', code: ours('core'), folder: folderOf('core') },
    {
      name: 'ours: core + express',
      code: `${other('express')}; ${ours('express')}`,
      folder: folderOf('express'),
    },
    { name: 'ours: core + koa', code: `${other('koa')}; ${ours('koa')}`, folder: folderOf('koa') },
    { name: 'ours: core + nest', code: `${NEST}; ${ours('nestjs')}`, folder: folderOf('nestjs') },
    { name: 'ours: first config, memory', code: started('memory({ default: { on: true } })') },
    { name: 'ours: first config, files', code: started(`files({ directory: '${directory}' })`) },
    { name: 'ours: first config, agent', code: started(`agent({ baseUrl: '${url}' })`) },
    {
      name: 'ours: first config, direct',
      code: started(`direct({ endpoint: '${url}', region: 'us-east-1' })`),
    },
    {
      name: 'growthbook',
      code: other('@growthbook/growthbook'),
      folder: installed('@growthbook/growthbook'),
    },
    {
      name: 'launchdarkly',
      code: other('@launchdarkly/node-server-sdk'),
      folder: installed('@launchdarkly/node-server-sdk'),
    },
    { name: 'unleash', code: other('unleash-client'), folder: installed('unleash-client') },
    {
      name: 'openfeature',
      code: other('@openfeature/server-sdk'),
      folder: installed('@openfeature/server-sdk'),
    },
    {
      name: 'powertools',
      code: other('@aws-lambda-powertools/parameters/appconfig'),
      folder: installed('@aws-lambda-powertools/parameters'),
    },
    {
      name: 'AWS SDK, data plane',
      code: other('@aws-sdk/client-appconfigdata'),
      folder: installed('@aws-sdk/client-appconfigdata'),
    },
  ]
}

export async function run({ short }) {
  const directory = mkdtempSync(join(tmpdir(), 'appconfig-kit-bench-'))
  const plane = await startParticipant({
    module: 'polling',
    setup: 'dataPlane',
    options: { intervalSeconds: 60 },
  })
  try {
    writeDocument(join(directory, 'api', 'bench', 'default.json'))
    writeDocument(join(directory, 'default.json'))
    const all = cases({ directory, port: await plane.ask('port') })
    const rows = await measureAll(
      short ? all.filter(({ name }) => /bare: (node|express)|core/.test(name)) : all,
      short ? 1 : 9,
    )
    return { title: 'Import time, memory and size', rows, columns: COLUMNS, bars: BARS }
  } finally {
    await plane.stop()
    rmSync(directory, { recursive: true })
  }
}

const COLUMNS = [
  ['', ({ name }) => name],
  ['CPU ms', ({ ms }) => ms.median.toFixed(0)],
  ['times express', ({ ratio }) => ratio.median.toFixed(2)],
  ['p25 to p75', ({ ratio }) => `${ratio.p25.toFixed(2)} to ${ratio.p75.toFixed(2)}`],
  ['heap MB', ({ heap }) => heap.median.toFixed(1)],
  ['resident MB', ({ resident }) => resident.median.toFixed(0)],
  ['modules', ({ modules }) => modules],
  ['SDK, YAML', ({ sdk, yaml }) => [sdk && 'SDK', yaml && 'YAML'].filter(Boolean).join(', ') || 'none'],
  ['installs, MB', ({ installed: size }) => size && (size.bytes / 1e6).toFixed(1)],
  ['packages', ({ installed: size }) => size?.packages],
]
const BARS = {
  label: 'processor time until imported, or until there is a configuration, less that of node alone, ms',
  of: ({ ms }) => ({ value: Math.max(0.1, ms.median), low: ms.p25, high: ms.p75 }),
}

async function measureAll(all, rounds) {
  const results = new Map(all.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, code } of all) results.get(name).push(await measureOne(code))
  }
  const times = (name) => results.get(name).map(({ ms }) => ms)
  return Promise.all(
    all.map(async ({ name, code, folder }) => ({
      group: 'imported',
      name,
      ms: spread(times(name)),
      ratio: ratios(times(name), times('bare: express')),
      heap: spread(results.get(name).map(({ heap }) => heap)),
      resident: spread(results.get(name).map(({ resident }) => resident)),
      ...(await modulesOf(code)),
      installed: folder && installSize(folder),
    })),
  )
}

async function measureOne(code) {
  const script = `const began = process.cpuUsage()
${code}
const { user, system } = process.cpuUsage(began)
const { heapUsed, rss } = process.memoryUsage()
console.log(JSON.stringify({ ms: (user + system) / 1000, heap: heapUsed / 1e6, resident: rss / 1e6 }))
process.exit()`
  return JSON.parse(await runNode([], script))
}

/** How many modules are loaded, and whether the AWS SDK and a YAML parser are among them. */
async function modulesOf(code) {
  const file = join(mkdtempSync(join(tmpdir(), 'appconfig-kit-bench-')), 'modules')
  try {
    writeFileSync(file, '')
    await runNode(['--import', RECORDER], `${code}\nprocess.exit()`, { BENCH_MODULES: file })
    const urls = [...new Set(readFileSync(file, 'utf8').split('\n'))].filter((url) => url.startsWith('file:'))
    return {
      modules: urls.filter((url) => url !== RECORDER).length,
      sdk: urls.some((url) => url.includes('@aws-sdk')),
      yaml: urls.some((url) => /node_modules\/yaml\//.test(url)),
    }
  } finally {
    rmSync(dirname(file), { recursive: true })
  }
}

async function runNode(flags, script, env = {}) {
  const credentials = {
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', ...flags, '--input-type=module', '--eval', script],
    { cwd: HERE, env: { ...process.env, NODE_ENV: 'production', ...credentials, ...env } },
  )
  return stdout
}

function writeDocument(file) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ on: true }))
}
