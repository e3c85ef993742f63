import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type AppConfigClient,
  type Clock,
  createAppConfig,
  files,
  layer,
  systemClock,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'

let directory: string
const clients: AppConfigClient[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'files-'))
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  rmSync(directory, { recursive: true })
})

function write(path: string, content: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), content)
}

function clientOf(layers = ['default'], from = directory, clock: Clock = systemClock): AppConfigClient {
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers,
    source: files({ directory: from }),
    clock,
  })
  clients.push(client)
  return client
}

/** Time enough for a look at a file: more disk operations than one look makes. */
async function someIo(): Promise<void> {
  for (let i = 0; i < 20; i++) await stat(directory)
}

const next = (client: AppConfigClient, name: 'change' | 'rejected') =>
  new Promise<void>((resolve) => {
    const off = client.on(name, () => {
      off()
      resolve()
    })
  })

describe('files', () => {
  it.each([
    'api:dev:flags.application%ion%type=AWS.AppConfig.FeatureFlags',
    'api/dev/flags.application%ion%type=AWS.AppConfig.FeatureFlags',
  ])('read flags as the Agent has them in local development: %s', async (path) => {
    write(
      path,
      `'a'::[[(eq $tier "gold"), '''{"_variant":"x","enabled":true}'''], '''{"_variant":"y","enabled":false}''']`,
    )
    const client = clientOf(['flags'])
    expect(await client.resolve({ id: 't-01', tier: 'gold' })).toEqual({
      a: { _variant: 'x', enabled: true },
    })
    expect(await client.resolve('t-02')).toEqual({ a: { _variant: 'y', enabled: false } })
  })

  it.each([
    ['api/dev/default.json', '{"a":1}'],
    ['api/dev/default.yaml', 'a: 1'],
    ['api/dev/default.yml', 'a: 1'],
    ['api:dev:default.json', '{"a":1}'],
  ])('reads %s', async (path, content) => {
    write(path, content)
    expect(await clientOf().resolve()).toEqual({ a: 1 })
  })

  it('follows changes, written in place or moved in', async () => {
    write('api/dev/default.json', '{"a":1}')
    const client = clientOf()
    await client.start()

    let changed = next(client, 'change')
    write('api/dev/default.json', '{"a":2}')
    await changed
    expect(client.peek()).toEqual({ a: 2 })

    changed = next(client, 'change')
    write('api/dev/.default.json.tmp', '{"a":3}')
    renameSync(join(directory, 'api/dev/.default.json.tmp'), join(directory, 'api/dev/default.json'))
    await changed
    expect(client.peek()).toEqual({ a: 3 })
  })

  it('does not take a file that is still being written for a change', async () => {
    const clock = manualClock()
    write('api/dev/default.yaml', 'a: 1\nb: 1\n')
    const client = clientOf(['default'], directory, clock)
    await client.start()
    const seen: unknown[] = []
    client.on('change', () => seen.push(client.peek()))
    client.on('rejected', () => seen.push('rejected'))

    // Half of it is valid YAML, so only waiting for the writer tells.
    write('api/dev/default.yaml', 'a: 2\n')
    for (let looks = 0; looks < 10; looks++) {
      clock.advance(99)
      await someIo()
      write('api/dev/default.yaml', `a: 2\n${'#'.repeat(looks + 1)}\n`)
    }
    expect(seen).toEqual([])

    write('api/dev/default.yaml', 'a: 2\nb: 2\n')
    while (seen.length === 0) {
      clock.advance(100)
      await someIo()
    }
    expect(seen).toEqual([{ a: 2, b: 2 }])
  })

  it('keeps the last good content when a file is emptied or broken', async () => {
    write('api/dev/default.json', '{"a":1}')
    const client = clientOf()
    await client.start()
    const rejected = next(client, 'rejected')
    write('api/dev/default.json', '')
    write('api/dev/default.json', '{"a":')
    await rejected
    expect(client.peek()).toEqual({ a: 1 })
  })

  it('does not take an emptied file for a content: neither a bad one nor a good one', async () => {
    const clock = manualClock()
    write('api/dev/default.json', '{"a":1}')
    write('api/dev/prompt.txt', 'Be brief.')
    for (const [profile, path] of [
      ['default', 'api/dev/default.json'],
      ['prompt', 'api/dev/prompt.txt'],
    ] as const) {
      const client: AppConfigClient = createAppConfig<undefined>({
        application: 'api',
        environment: 'dev',
        layers: [layer(profile, { content: 'any' })],
        source: files({ directory }),
        clock,
      })
      clients.push(client)
      await client.start()
      const before = client.peek()
      const told: string[] = []
      for (const name of ['change', 'rejected', 'failure'] as const) client.on(name, () => told.push(name))
      write(path, '')
      for (let looks = 0; looks < 30; looks++) {
        clock.advance(200)
        await someIo()
      }
      expect(told).toEqual([])
      expect(client.peek()).toEqual(before)
    }
  })

  it('opens no watcher once its session was closed', async () => {
    write('api/dev/default.json', '{"a":1}')
    const watched = vi.spyOn(process.getBuiltinModule('node:fs'), 'watch')
    onTestFinished(() => watched.mockRestore())
    const session = files({ directory }).open(
      { application: 'api', environment: 'dev', profile: 'default' },
      { clock: manualClock(), hint: () => {} } as never,
    )
    const polled = session.poll(new AbortController().signal)
    session.close?.()
    await polled
    expect(watched).not.toHaveBeenCalled()
  })

  it('matches names exactly, and reaches nothing outside the folder', async () => {
    write('api/dev/Default.json', '{"a":1}')
    write('secret.json', '{"secret":true}')
    for (const profile of ['default', '../../secret', '..', 'dev/../Default']) {
      await expect(clientOf([profile]).resolve()).rejects.toMatchObject({
        cause: { code: 'DOCUMENT_ABSENT' },
      })
    }
  })

  it.each([
    ['a document', 'outside/secret.json', 'api/dev/default.json'],
    ['an environment', 'outside', 'api/dev'],
    ['an application', 'outside', 'api'],
  ])('refuses %s that is a link out of the folder', async (_, target, link) => {
    const outside = mkdtempSync(join(tmpdir(), 'files-'))
    try {
      for (const path of ['outside/secret.json', 'outside/default.json', 'outside/dev/default.json']) {
        mkdirSync(dirname(join(outside, path)), { recursive: true })
        writeFileSync(join(outside, path), '{"secret":true}')
      }
      mkdirSync(dirname(join(directory, link)), { recursive: true })
      symlinkSync(join(outside, target), join(directory, link))

      await expect(clientOf().resolve()).rejects.toMatchObject({
        cause: { code: 'SOURCE_FAILED', message: expect.stringContaining('points out of the folder') },
      })
    } finally {
      rmSync(outside, { recursive: true })
    }
  })

  it('follows links within the folder, as Kubernetes mounts files, and a link to the folder itself', async () => {
    write('..data/default.json', '{"a":1}')
    mkdirSync(join(directory, 'api/dev'), { recursive: true })
    symlinkSync('../../..data/default.json', join(directory, 'api/dev/default.json'))
    const linked = `${directory}-linked`
    symlinkSync(directory, linked)
    try {
      expect(await clientOf(['default'], linked).resolve()).toEqual({ a: 1 })
    } finally {
      rmSync(linked)
    }
  })

  it('reaches nothing outside the folder by a name made of a tenant', async () => {
    write('api/dev/default.json', '{}')
    write('secret.json', '{"secret":true}')
    write('api/secret.json', '{"secret":true}')
    for (const tier of [
      '../secret',
      '../../secret',
      '..',
      '/etc/passwd',
      'a/../../secret',
      '..%2fsecret',
      '.',
    ]) {
      const client = createAppConfig({
        application: 'api',
        environment: 'dev',
        layers: ['default', (tenant) => layer(`${tenant.tier}`, { optional: true })],
        source: files({ directory }),
      })
      clients.push(client)
      const answer = await client.resolve({ id: 't-01', tier }).catch(({ code }) => code)
      expect(answer, tier).toBe('LAYER_NAME_INVALID')
    }
  })

  it('names the file that is missing, and then what is wrong with it', async () => {
    mkdirSync(join(directory, 'api/dev'), { recursive: true })
    const client = clientOf()
    await expect(client.resolve()).rejects.toMatchObject({
      cause: {
        code: 'DOCUMENT_ABSENT',
        message: expect.stringContaining(`no file ${directory}/api/dev/default.json (or .yaml, .yml)`),
      },
    })

    const rejected = next(client, 'rejected')
    write('api/dev/default.json', '{\n "a": }')
    await rejected

    await expect(client.resolve()).rejects.toMatchObject({
      cause: { code: 'DOCUMENT_INVALID', line: 2, column: 7 },
    })
  })

  it('serves the last good content while the file is gone, and the new one when it is back', async () => {
    const clock = manualClock()
    write('api/dev/default.json', '{"a":1}')
    const client = clientOf(['default'], directory, clock)
    await client.start()
    rmSync(join(directory, 'api/dev'), { recursive: true })
    for (let looks = 0; looks < 10; looks++) {
      clock.advance(1000)
      await someIo()
    }
    expect(client.health().documents[0]?.status).toBe('absent')
    expect(client.peek()).toEqual({ a: 1 })

    write('api/dev/default.json', '{"a":2}')
    const changed = next(client, 'change')
    for (let looks = 0; looks < 10; looks++) {
      clock.advance(1000)
      await someIo()
    }
    await changed
    expect(client.peek()).toEqual({ a: 2 })
  })

  it('refuses a document that is there twice', async () => {
    write('api/dev/default.json', '{"a":1}')
    write('api/dev/default.yaml', 'a: 2')
    await expect(clientOf().resolve()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('2 times') },
    })
  })

  it('says which folder is missing', async () => {
    const missing = join(directory, 'nowhere')
    await expect(clientOf(['default'], missing).start()).rejects.toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      message: expect.stringContaining(missing),
      cause: { code: 'DIRECTORY_MISSING' },
    })
  })
})
