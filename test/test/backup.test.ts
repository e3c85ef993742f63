/** Processes that start while AppConfig is unreachable, and what is on disk when one is killed. */
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { freePort, restart, startProcess, uselessServer } from '../src/restart.ts'
import { ROOT, start } from '../src/run.ts'
import { APPLICATION, ENVIRONMENT, startWorld, type World } from '../src/world.ts'

let world: World
let directory: string
const servers: Server[] = []
beforeEach(async () => {
  world = await startWorld()
  directory = mkdtempSync(join(tmpdir(), 'backup-'))
  await world.deploy('default', { a: 1 })
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  await world.close()
  rmSync(directory, { recursive: true, force: true })
})

const SOURCES = ['direct', 'agent'] as const
const urlOf = (source: 'direct' | 'agent') => (source === 'direct' ? world.local.url : world.local.agentUrl)

/** An endpoint in that state. */
async function endpoint(state: string): Promise<string> {
  if (state === 'refuses connections') return `http://127.0.0.1:${await freePort()}`
  const { url, server } = await uselessServer((_, response) => {
    if (state === 'answers 500') response.writeHead(500).end('{}')
  })
  servers.push(server)
  return url
}

const states = ['refuses connections', 'hangs', 'answers 500'].flatMap((state) =>
  SOURCES.map((source) => [source, state] as const),
)

describe('a process that starts', { timeout: 30_000 }, () => {
  it.each(states)('while %s %s serves the last known good, and says so', async (source, state) => {
    const before = await restart({ source, url: urlOf(source), directory })
    expect(before).toMatchObject({ config: { a: 1 }, health: { status: 'ok' } })
    const { config, health, stderr } = await restart({ source, url: await endpoint(state), directory })
    expect(config).toEqual({ a: 1 })
    expect(health).toMatchObject({
      status: 'degraded',
      documents: [{ profile: 'default', status: 'stale', restoredFromMs: expect.any(Number) }],
    })
    expect(Date.now() - (health.documents[0]?.restoredFromMs ?? 0)).toBeLessThan(60_000)
    expect(stderr).toContain('[RESTORED] AppConfigKitWarning: api/prod-01/default is served from the backup')
  })

  it.each(SOURCES)('while %s refuses connections, without a backup, has nothing', async (source) => {
    const running = startProcess({ source, url: await endpoint('refuses connections'), directory })
    expect(JSON.parse((await running.finished).stdout)).toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    expect(readdirSync(directory)).toEqual([])
  })

  it('moves on when AppConfig is there', async () => {
    await restart({ source: 'direct', url: world.local.url, directory })
    const port = await freePort()
    const running = startProcess({
      source: 'direct',
      url: `http://127.0.0.1:${port}`,
      directory,
      afterwards: `while (client.health().status !== 'ok') await new Promise((resolve) => setTimeout(resolve, 10))
        console.log('moved on to', (await client.resolve('tenant-01')).a)`,
    })
    await running.printed(/"a":1/)
    const local = await startLocalAppConfig({ port })
    await local.deploy({
      application: APPLICATION,
      environment: ENVIRONMENT,
      profile: 'default',
      content: { a: 2 },
    })
    await running.printed(/moved on to 2/)
    expect((await running.finished).code).toBe(0)
    await local.close()
    // What it moved on to is what the next one finds.
    expect(await restart({ source: 'direct', url: `http://127.0.0.1:${port}`, directory })).toMatchObject({
      config: { a: 2 },
      health: { status: 'degraded' },
    })
  })

  it('does not take what is damaged, nor what belongs to another document', async () => {
    const url = world.local.url
    await world.deploy('ops', { b: 1 })
    await restart({ source: 'direct', url, directory, layers: ['default', 'ops'] })
    const gone = await endpoint('refuses connections')
    const [one, other] = readdirSync(directory).map((file) => join(directory, file)) as [string, string]
    const [first, second] = [readFileSync(one), readFileSync(other)]
    writeFileSync(one, second)
    writeFileSync(other, second.subarray(0, -1))
    const damaged = await restart({ source: 'direct', url: gone, directory, layers: ['default', 'ops'] })
    expect(damaged).toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    expect(damaged.stderr.match(/\[BACKUP_UNUSABLE\]/g)).toHaveLength(2)
    writeFileSync(one, first)
    writeFileSync(other, second)
    const whole = await restart({ source: 'direct', url: gone, directory, layers: ['default', 'ops'] })
    expect(whole.config).toEqual({ a: 1, b: 1 })
  })

  it('finds the content before one that was rejected', async () => {
    const url = world.local.url
    await restart({ source: 'direct', url, directory })
    await world.deploy('default', 'no object', { contentType: 'text/plain' })
    // Also a process that meets it first: the last known good is in the folder.
    const met = await restart({ source: 'direct', url, directory, untilAnswered: true })
    expect(met).toMatchObject({ config: { a: 1 }, health: { documents: [{ status: 'rejected' }] } })
    expect(await restart({ source: 'direct', url: await endpoint('hangs'), directory })).toMatchObject({
      config: { a: 1 },
    })
  })

  it('after a rollback in a fleet on one folder finds what was rolled back to', async () => {
    const url = world.local.url
    const afterwards = `await new Promise((resolve) => client.on('change', resolve))`
    const running = startProcess({ source: 'direct', url, directory, afterwards })
    await running.printed(/"a":1/)
    running.process.kill('SIGKILL')
    await once(running.process, 'close')
    await world.deploy('default', { a: 2 })
    await restart({ source: 'direct', url, directory, untilAnswered: true })
    await world.deploy('default', { a: 1 })
    await restart({ source: 'direct', url, directory, untilAnswered: true })
    expect(
      (await restart({ source: 'direct', url: await endpoint('refuses connections'), directory })).config,
    ).toEqual({
      a: 1,
    })
  })
})

/** More by the environment: 200 take minutes on a small machine. */
const KILLS = Number(process.env['APPCONFIG_KIT_KILLS'] ?? 50)

/**
 * Serves from the backup, since its source fails at first; then the source has a new content as often as
 * it is asked. Each content is the same number many times, so that a part of one or two parts show.
 */
const writer = (folder: string) => `
  import { createAppConfig } from '@appconfig-kit/core'
  let n = 0
  let isUp = false
  const hints = []
  const source = {
    name: 'numbers',
    open: (_, { hint }) => {
      hints.push(hint)
      return {
        async poll() {
          if (!isUp) throw new Error('down')
          const body = Buffer.from(JSON.stringify({ ['n' + hints.indexOf(hint)]: Array(2_000).fill(n) }))
          return { kind: 'content', body, contentType: 'application/json', nextPollMs: 60_000 }
        },
      }
    },
  }
  const client = createAppConfig({
    application: 'api', environment: 'prod', layers: ['one', 'two'], source, logger: false,
    backup: { directory: ${JSON.stringify(folder)} },
  })
  const whole = (list) => Array.isArray(list) && list.length === 2_000 && new Set(list).size === 1
  const outcome = await client.resolve('t').then(
    ({ n0, n1 }) => (whole(n0) && whole(n1) ? 'whole ' + Math.max(n0[0], n1[0]) : 'torn'),
    ({ code }) => code,
  )
  n = Number(outcome.split(' ')[1] ?? 0)
  isUp = true
  console.log(outcome)
  for (;;) {
    n++
    for (const hint of hints) hint()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
`

describe('a process that is killed while it writes', () => {
  it(`${KILLS} times never leaves a part of a backup: the next start serves, and nothing older`, {
    timeout: 4_000 * KILLS + 30_000,
  }, async () => {
    const written = () =>
      readdirSync(directory)
        .filter((file) => file.endsWith('.backup'))
        .map((file) => statSync(join(directory, file)).mtimeMs)
        .join()
    let last = -1
    let midway = 0
    for (let kill = 0; kill <= KILLS; kill++) {
      const before = written()
      const child = start(process.execPath, ['--input-type=module', '-e', writer(directory)], `${ROOT}test`)
      onTestFinished(() => void child.process.kill('SIGKILL'))
      const [, outcome = ''] = await child.printed(/^(.+)\n/)
      if (last < 0) expect(outcome).toBe('CONFIG_UNAVAILABLE')
      else expect(outcome).toMatch(/^whole \d+$/)
      const n = Number(outcome.split(' ')[1] ?? 0)
      expect(n).toBeGreaterThanOrEqual(last)
      last = n
      // Once it writes, at another moment each time.
      while (written() === before || !written().includes(','))
        await new Promise((resolve) => setTimeout(resolve, 1))
      await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 30))
      child.process.kill('SIGKILL')
      await once(child.process, 'close')
      await child.finished
      if (readdirSync(directory).some((file) => file.endsWith('.tmp'))) midway++
    }
    expect(last).toBeGreaterThan(0)
    // Else no process was killed in the middle of a write, and this shows nothing.
    expect(midway).toBeGreaterThan(0)
  })
})
