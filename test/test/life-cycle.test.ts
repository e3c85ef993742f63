/** How a client begins and ends with its process, whatever kind of process it is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, createAppConfig } from '@appconfig-kit/core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ROOT, type Running, run, start } from '../src/run.ts'
import { APPLICATION, ENVIRONMENT, startWorld, until, type World } from '../src/world.ts'

const HOUR_MS = 3_600_000
const FOLDER = join(ROOT, 'test/life-cycle')

let world: World
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  world = await startWorld()
  env = { ENDPOINT: world.local.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
  await world.deploy('default', { a: 1 })
  await world.deploy('tenant-t-1', { own: 't-1' })
})
afterAll(() => world.close())

async function startApi(
  file = 'api.mjs',
  args: readonly string[] = [],
): Promise<{ api: Running; port: number }> {
  const api = start(process.execPath, [...args, join(FOLDER, file)], ROOT, env)
  onTestFinished(() => void api.process.kill('SIGKILL'))
  const [, port] = await api.printed(/port (\d+)/)
  return { api, port: Number(port) }
}

const configAt = async (port: number): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}/`)).json()

describe('SIGTERM', () => {
  it('ends an idle API at once, with nothing printed but its own', async () => {
    const { api, port } = await startApi()
    expect(await configAt(port)).toEqual({ a: 1 })

    api.process.kill('SIGTERM')

    expect(await api.finished).toEqual({ code: 0, stdout: `port ${port}\nclosed\n`, stderr: '' })
  })

  it('ends one whose poll hangs, and one that waits for its first document', async () => {
    const remove = world.local.faults.add({ hang: true })
    onTestFinished(remove)
    const asked = world.local.calls.next('StartConfigurationSession')
    const { api, port } = await startApi()
    const waiting = configAt(port).catch((error: Error) => error)
    await asked

    api.process.kill('SIGTERM')

    const { code, stdout } = await api.finished
    expect({ code, stdout }).toEqual({ code: 0, stdout: `port ${port}\nclosed\n` })
    // It was answered that the client is closed.
    expect(await waiting).not.toEqual({ a: 1 })
  })
})

it('1,000 clients, opened and closed in turn, leave no timer and no memory', {
  timeout: 120_000,
}, async () => {
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['--expose-gc', join(FOLDER, 'reopened.mjs')],
    ROOT,
    env,
  )

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { grownMegabytes, grownTimers } = JSON.parse(stdout)
  expect(grownTimers).toBeLessThanOrEqual(0)
  // A client that is kept takes a megabyte; what the engine compiles meanwhile takes two or three in all.
  expect(grownMegabytes).toBeLessThan(5)
})

it('workers of a cluster each have a client of their own, and end with the cluster', async () => {
  world.local.calls.clear()
  const cluster = start(process.execPath, [join(FOLDER, 'cluster.mjs')], ROOT, { ...env, PORT: '0' })
  onTestFinished(() => void cluster.process.kill('SIGKILL'))
  const [, port] = await cluster.printed(/port (\d+)\n[\s\S]*port \d+/)
  for (let request = 0; request < 8; request++) expect(await configAt(Number(port))).toEqual({ a: 1 })

  cluster.process.kill('SIGTERM')

  expect((await cluster.finished).stdout.match(/closed/g)).toHaveLength(2)
  expect(world.local.calls.of('StartConfigurationSession')).toHaveLength(2)
})

it('worker threads have clients of their own, which end with their thread however that ends', async () => {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [join(FOLDER, 'worker-threads.mjs')],
    ROOT,
    env,
  )

  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '1 0 0 1 1\n', stderr: '' })
})

describe('a process that stood still for an hour', () => {
  it('waits for a poll before it serves', async () => {
    const process = stoppable(world.clock)
    const client = createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: ['default'],
      source: world.source,
      clock: process.clock,
    })
    onTestFinished(() => client.close())
    await client.start()
    await world.deploy('default', { a: 2 })
    onTestFinished(() => world.deploy('default', { a: 1 }))
    process.stop()
    world.clock.advance(HOUR_MS)
    process.goOn()

    expect(client.peek()).toBeUndefined()
    expect(await client.resolve()).toEqual({ a: 2 })
  })

  it('and one that was really stopped goes on polling', async () => {
    const { api, port } = await startApi()
    expect(await configAt(port)).toEqual({ a: 1 })
    api.process.kill('SIGSTOP')
    const stopped = () => readFileSync(`/proc/${api.process.pid}/stat`, 'utf8').includes(' T ')
    if (process.platform === 'linux') await until(stopped)
    api.process.kill('SIGCONT')

    expect(await configAt(port)).toEqual({ a: 1 })
    api.process.kill('SIGTERM')
    expect((await api.finished).code).toBe(0)
  })
})

/** The clock of a process that can be stopped: its timers fire when it goes on. */
function stoppable(clock: Clock): { readonly clock: Clock; stop(): void; goOn(): void } {
  let isStopped = false
  const missed: (() => void)[] = []
  return {
    clock: {
      now: () => clock.now(),
      schedule: (delayMs, callback) =>
        clock.schedule(delayMs, () => void (isStopped ? missed.push(callback) : callback())),
    },
    stop() {
      isStopped = true
    },
    goOn() {
      isStopped = false
      for (const callback of missed.splice(0)) setImmediate(callback)
    },
  }
}

it('node --watch restarts an API, whose client ends with it', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(FOLDER, 'watched-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'watched.mjs')
  writeFileSync(file, `import '../api.mjs'\n`)
  world.local.calls.clear()
  const api = start(process.execPath, ['--watch', file], ROOT, env)
  onTestFinished(() => void api.process.kill('SIGKILL'))
  const [, before] = await api.printed(/port (\d+)/)
  expect(await configAt(Number(before))).toEqual({ a: 1 })

  writeFileSync(file, `import '../api.mjs'\n// changed\n`)
  const [, after] = await api.printed(/port \d+[\s\S]*port (\d+)/)

  expect(await configAt(Number(after))).toEqual({ a: 1 })
  expect(world.local.calls.of('StartConfigurationSession')).toHaveLength(2)
  api.process.kill('SIGTERM')
})
