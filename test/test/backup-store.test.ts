/**
 * Backups in a store that a fleet shares: a Keyv over a real Redis.
 *
 * They are left out where redis-server is not installed, unless APPCONFIG_KIT_REDIS=required.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppConfig, memory, type Source } from '@appconfig-kit/core'
import KeyvRedis from '@keyv/redis'
import Keyv from 'keyv'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../src/restart.ts'
import { record, until } from '../src/world.ts'

const required = process.env['APPCONFIG_KIT_REDIS'] === 'required'
const leaveOut = !required && spawnSync('redis-server', ['--version']).status !== 0
const title = `a Keyv over Redis${leaveOut ? ' (left out: redis-server is not installed)' : ''}`

const DOWN: Source = { name: 'down', open: () => ({ poll: () => Promise.reject(new Error('down')) }) }

describe.skipIf(leaveOut)(title, { timeout: 30_000 }, () => {
  let redis: ChildProcess
  let url: string
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const connections: KeyvRedis<string>[] = []

  beforeAll(async () => {
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    redis = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
    let printed = ''
    redis.stdout?.on('data', (text) => {
      printed += text
    })
    await until(() => printed.includes('Ready to accept connections'))
  })
  afterEach(async () => {
    // By force: a Redis that is gone would be waited for.
    for (const connection of connections.splice(0)) await connection.disconnect(true).catch(() => {})
  })
  afterAll(async () => {
    if (redis.exitCode === null && redis.signalCode === null) {
      redis.kill()
      await once(redis, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  })

  /** A process of the fleet: a connection and a client of its own. */
  function processWith(source: Source, maxAgeSeconds = 3600) {
    const connection = new KeyvRedis<string>(url)
    connections.push(connection)
    const store = new Keyv({ store: connection, throwOnErrors: true })
    store.on('error', () => {})
    return createAppConfig({
      application: 'api',
      environment: 'prod',
      layers: ['default', (tenant) => ({ profile: `tenant-${tenant.id}`, optional: true })],
      source,
      logger: false,
      backup: { store, maxAgeSeconds },
    })
  }

  it('gives the next start what another process served, absences too', async () => {
    const first = processWith(memory({ default: { a: 'ä\u0000\n' } }))
    await first.resolve('t-01')
    await first.close()
    const next = processWith(DOWN)
    expect(await next.resolve('t-01')).toEqual({ a: 'ä\u0000\n' })
    expect(next.health()).toMatchObject({ status: 'degraded', documents: [{ status: 'stale' }, {}] })
    await next.close()
  })

  it('keeps each for maxAgeSeconds, under a key that names no tenant', async () => {
    const reader = new KeyvRedis(url)
    const client = await reader.getClient()
    const keys = (await client.keys('*')) as string[]
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(key).toMatch(/appconfig-kit:backup:[0-9a-f]{32}\.v1$/)
      expect(await client.pTTL(key)).toBeGreaterThan(3_000_000)
      expect(await client.pTTL(key)).toBeLessThanOrEqual(3_600_000)
    }
    await reader.disconnect()
  })

  it('holds what was rolled back to, whichever process closes last', async () => {
    const source = memory({ default: { a: 'old' } })
    const ahead = processWith(source)
    await ahead.resolve('t-01')
    source.publish('default', { a: 'new' })
    await until(() => (ahead.peek('t-01') as { a: string } | undefined)?.a === 'new')
    const back = processWith(memory({ default: { a: 'rolled back' } }))
    await new Promise((resolve) => setTimeout(resolve, 5))
    await back.resolve('t-01')
    await back.close()
    await ahead.close()
    const next = processWith(DOWN)
    expect(await next.resolve('t-01')).toEqual({ a: 'rolled back' })
    await next.close()
  })

  it('that is gone is told of and costs requests nothing', async () => {
    const first = processWith(memory({ default: { a: 1 } }))
    await first.resolve('t-01')
    redis.kill('SIGKILL')
    await once(redis, 'exit')
    expect(first.peek('t-01')).toEqual({ a: 1 })
    await first.close()
    const source = memory({ default: { a: 1 } })
    const second = processWith(source)
    expect(await second.resolve('t-01')).toEqual({ a: 1 })
    await second.close()
    const restarted = processWith(DOWN)
    const failures = record(restarted).failure
    await expect(restarted.resolve('t-01')).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    await until(() => failures.some(({ error }) => error.code === 'BACKUP_UNUSABLE'))
    await restarted.close()
  })
})
