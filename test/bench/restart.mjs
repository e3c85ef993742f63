/**
 * The table of docs/backup.md: `node test/bench/restart.mjs [RUNS]` after a build.
 *
 * Milliseconds from the start of a process to its first answer, without AppConfig and with a backup: the start of
 * Node and loading core and the AWS SDK included. The processes talk to real sockets.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, ROOT } from './harness/packages.mjs'
import { table } from './harness/report.mjs'
import { spread } from './harness/stats.mjs'

const RUNS = Number(process.argv[2] ?? 7)
const { createAppConfig, memory } = await load('core')

const small = { limits: { rpm: 100 }, featureA: true }
const CASES = [
  { name: 'Node and the imports alone', tenants: 0, base: small, isBare: true },
  { name: 'one small document', tenants: 0, base: small },
  { name: 'one document of 2 MB', tenants: 0, base: large(2_000_000) },
  { name: '1,000 documents: the first request', tenants: 999, base: small },
  { name: '1,000 documents: a request for each', tenants: 999, base: small, isForAll: true },
]

const hanging = createServer(() => {}).listen(0, '127.0.0.1')
const closed = createServer().listen(0, '127.0.0.1')
await Promise.all([once(hanging, 'listening'), once(closed, 'listening')])
const urls = { refused: urlOf(closed), hanging: urlOf(hanging) }
closed.close()

const members = []
for (const each of CASES) {
  const directory = await mkdtemp(join(tmpdir(), 'restart-'))
  await backUp(each, directory)
  const row = { name: each.name }
  for (const [state, url] of Object.entries(urls)) {
    const times = []
    for (let run = 0; run < RUNS; run++) times.push(await restart(each, directory, url))
    row[state] = spread(times)
  }
  members.push(row)
  await rm(directory, { recursive: true })
}
hanging.closeAllConnections()
hanging.close()
console.log(
  table({ name: `ms, median of ${RUNS} (middle half)`, members }, [
    ['', ({ name }) => name],
    ['connection refused', ({ refused }) => range(refused)],
    ['AppConfig hangs', ({ hanging: times }) => range(times)],
  ]),
)

/** What a client and a restart have in common; `source` aside. */
function optionsOf(directory) {
  return {
    application: 'api',
    environment: 'prod',
    layers: ['default', (tenant) => ({ profile: `own-${tenant.id}` })],
    maxNewTenantsPerSecond: 100_000,
    logger: false,
    backup: { directory },
  }
}

async function backUp({ tenants, base }, directory) {
  const own = Object.fromEntries(
    Array.from({ length: Math.max(1, tenants) }, (_, at) => [`own-t${at}`, { at }]),
  )
  const source = memory({ default: base, ...own })
  const client = createAppConfig({ ...optionsOf(directory), source, maxRequestsPerSecond: 100_000 })
  for (let at = 0; at < Math.max(1, tenants); at++) await client.resolve(`t${at}`)
  const count = 1 + Math.max(1, tenants)
  while ((await readdir(directory)).filter((file) => file.endsWith('.backup')).length < count)
    await new Promise((resolve) => setTimeout(resolve, 20))
  await client.close()
}

async function restart({ tenants, isForAll, isBare = false }, directory, url) {
  const program = `
    import { createAppConfig, direct } from ${JSON.stringify(new URL('packages/core/dist/index.mjs', ROOT).href)}
    const client = createAppConfig({
      application: 'api', environment: 'prod', layers: ['default', (tenant) => ({ profile: 'own-' + tenant.id })],
      maxNewTenantsPerSecond: 100_000, logger: false, backup: { directory: ${JSON.stringify(directory)} },
      source: direct({ endpoint: '${url}', region: 'us-east-1' }), resolveTimeoutMs: 60_000,
    })
    const ids = Array.from({ length: ${isForAll ? tenants : 1} }, (_, at) => 't' + at)
    ${isBare ? "await import('@aws-sdk/client-appconfigdata')" : 'await Promise.all(ids.map((id) => client.resolve(id)))'}
    console.log('answered')
    process.exit()
  `
  const beganAt = performance.now()
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [answer] = await once(child.stdout, 'data')
  const tookMs = performance.now() - beganAt
  if (String(answer) !== 'answered\n') throw new Error(`a restart printed ${answer}`)
  await once(child, 'close')
  return tookMs
}

function large(bytes) {
  const rows = {}
  for (let at = 0; at < bytes / 50; at++)
    rows[`key-${String(at).padStart(8, '0')}`] = { limit: at, name: 'x'.repeat(10) }
  return rows
}

function urlOf(server) {
  return `http://127.0.0.1:${server.address().port}`
}

function range({ median, p25, p75 }) {
  return `${Math.round(median)} (${Math.round(p25)} to ${Math.round(p75)})`
}
