/** What every source owes its users, written once; what one of them can't do is declared. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agent, createAppConfig, dynamicConfig, files, layer, type Source } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../src/run.ts'
import { APPLICATION, ENVIRONMENT, record, startWorld, until, type World } from '../src/world.ts'

interface Origin {
  readonly source: Source
  publish(profile: string, content: string, contentType: string): Promise<void>
  /** Makes asking fail; the answer mends it. */
  breakDown(): () => void
  /** The operation that fetches, where it is a call. */
  readonly fetches: string | undefined
}

const ORIGINS: Record<string, (world: World) => Origin> = {
  direct: (world) => ({ ...deployed(world), source: world.source, fetches: 'GetLatestConfiguration' }),
  agent: (world) => ({
    ...deployed(world),
    source: agent({ baseUrl: world.local.agentUrl }),
    fetches: 'Agent.GetConfiguration',
  }),
  files: () => {
    const directory = mkdtempSync(join(tmpdir(), 'source-'))
    folders.push(directory)
    const folder = join(directory, APPLICATION, ENVIRONMENT)
    return {
      source: files({ directory }),
      async publish(profile, content, contentType) {
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, `${profile}.${contentType.includes('yaml') ? 'yaml' : 'json'}`), content)
      },
      breakDown() {
        renameSync(directory, `${directory}-away`)
        return () => renameSync(`${directory}-away`, directory)
      },
      fetches: undefined,
    }
  },
}

function deployed(world: World): Pick<Origin, 'publish' | 'breakDown'> {
  return {
    publish: (profile, content, contentType) => world.deploy(profile, content, { contentType }),
    breakDown: () => world.local.faults.add({ status: 503 }),
  }
}

const folders: string[] = []
let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(async () => {
  await world.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const JSON_TYPE = 'application/json'

describe.each(Object.entries(ORIGINS))('the source %s', (_, open) => {
  let origin: Origin
  const clientOf = () =>
    createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: ['default', (t) => layer(`tenant-${t.id}`, { optional: true })],
      source: origin.source,
      clock: world.clock,
    })
  /** Lets time pass, at the pace of the I/O it sets off, until something has come of it. */
  async function passUntil(condition: () => boolean): Promise<void> {
    while (!condition()) {
      world.clock.advance(1000)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  beforeEach(() => {
    origin = open(world)
  })

  it('reads JSON and YAML, merges layers, and leaves out what does not exist', async () => {
    await origin.publish('default', '{"a":1,"b":{"c":1}}', JSON_TYPE)
    await origin.publish('tenant-t-01', 'b:\n  d: 2\n', 'application/x-yaml')
    const client = clientOf()
    expect(await client.resolve('t-01')).toEqual({ a: 1, b: { c: 1, d: 2 } })
    expect(await client.resolve('t-02')).toEqual({ a: 1, b: { c: 1 } })
    await client.close()
  })

  it('asks once however many wait', async () => {
    await origin.publish('default', '{"a":1}', JSON_TYPE)
    const client = clientOf()
    await Promise.all(Array.from({ length: 20 }, () => client.resolve(null)))
    if (origin.fetches) expect(world.local.calls.of(origin.fetches)).toHaveLength(1)
    await client.close()
  })

  it('follows changes, and documents that come to be', async () => {
    await origin.publish('default', '{"a":1}', JSON_TYPE)
    const client = clientOf()
    await client.resolve('t-01')
    await origin.publish('default', '{"a":22}', JSON_TYPE)
    await origin.publish('tenant-t-01', '{"b":1}', JSON_TYPE)
    await passUntil(() => JSON.stringify(client.peek('t-01')) === '{"a":22,"b":1}')
    await client.close()
  })

  it('serves the last known good while asking fails, and notices when it works again', async () => {
    await origin.publish('default', '{"a":1}', JSON_TYPE)
    const client = clientOf()
    const events = record(client)
    await client.resolve(null)
    const mend = origin.breakDown()
    await passUntil(() => events.stale.length > 0)
    expect(client.peek()).toEqual({ a: 1 })
    expect(client.health().status).toBe('degraded')
    mend()
    await origin.publish('default', '{"a":22}', JSON_TYPE)
    await passUntil(() => events.recovered.length > 0)
    await passUntil(() => (client.peek() as { a?: number } | undefined)?.a === 22)
    await client.close()
  })

  it('keeps what it had when a document is broken', async () => {
    await origin.publish('default', '{"a":1}', JSON_TYPE)
    const client = clientOf()
    const events = record(client)
    await client.resolve(null)
    await origin.publish('default', '{"a":', JSON_TYPE)
    await passUntil(() => events.rejected.length > 0)
    expect(client.peek()).toEqual({ a: 1 })
    await client.close()
  })

  it('says that a document does not exist', async () => {
    await origin.publish('other', '{}', JSON_TYPE)
    const client = clientOf()
    await expect(client.start()).rejects.toMatchObject({ cause: { code: 'DOCUMENT_ABSENT' } })
    await client.close()
  })

  it('serves dynamicConfig, the article’s call', async () => {
    await origin.publish('default', '{"temperature":0.5}', JSON_TYPE)
    const place = { application: APPLICATION, environment: ENVIRONMENT, profile: 'default' }
    const config = await dynamicConfig({ ...place, source: origin.source, clock: world.clock })
    expect(config.current['temperature']).toBe(0.5)
    await origin.publish('default', '{"temperature":0.75}', JSON_TYPE)
    await passUntil(() => config.current['temperature'] === 0.75)
    await config.close()
  })
})

describe('the agent source', () => {
  const options = { application: APPLICATION, environment: ENVIRONMENT, layers: ['default'] }

  it('asks no faster than is useful', async () => {
    await world.deploy('default', { a: 1 })
    const client = createAppConfig({
      ...options,
      source: agent({ baseUrl: world.local.agentUrl }),
      clock: world.clock,
    })
    await client.start()
    world.clock.advance(14_999)
    expect(world.local.calls).toHaveLength(1)
    const called = world.local.calls.next('Agent.GetConfiguration')
    world.clock.advance(1502)
    await called
    await client.close()
  })

  it('takes a content that came under a wrong type again under the right one', async () => {
    await world.deploy('default', { a: 1 })
    let contentType = 'text/html'
    const proxy = createServer(async (request, response) => {
      const answer = await fetch(`${world.local.agentUrl}${request.url}`)
      const version = answer.headers.get('configuration-version') as string
      response.writeHead(200, { 'content-type': contentType, 'configuration-version': version })
      response.end(await answer.text())
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const { port } = proxy.address() as AddressInfo
    const client = createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: ['default'],
      source: agent({ baseUrl: `http://127.0.0.1:${port}` }),
      clock: world.clock,
    })
    await expect(client.resolve()).rejects.toMatchObject({ cause: { code: 'DOCUMENT_INVALID' } })
    contentType = 'application/json'
    world.passInterval(15)
    await until(() => client.health().status === 'ok')
    expect(await client.resolve()).toEqual({ a: 1 })
    await client.close()
    proxy.closeAllConnections()
    proxy.close()
  })

  it('sends the access token, and says what to do about a wrong one', async () => {
    await world.close()
    world = await startWorld({ agentAccessToken: 'secret' })
    await world.deploy('default', { a: 1 })
    const right = createAppConfig({
      ...options,
      source: agent({ baseUrl: world.local.agentUrl, accessToken: 'secret' }),
    })
    expect(await right.resolve()).toEqual({ a: 1 })
    const wrong = createAppConfig({
      ...options,
      source: agent({ baseUrl: world.local.agentUrl, accessToken: 'guess' }),
    })
    await expect(wrong.resolve()).rejects.toMatchObject({
      cause: { code: 'SOURCE_DENIED', message: expect.not.stringContaining('guess') },
    })
    await Promise.all([right.close(), wrong.close()])
  })

  it('gives up after its time-out, and says what it asked', async () => {
    await world.deploy('default', { a: 1 })
    world.local.faults.add({ hang: true })
    const client = createAppConfig({
      ...options,
      source: agent({ baseUrl: world.local.agentUrl, requestTimeoutMs: 50 }),
    })
    await expect(client.resolve()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('no answer within 50 ms') },
    })
    await client.close()
    const gone = await world.local.startAgent()
    await gone.close()
    const nobody = createAppConfig({ ...options, source: agent({ baseUrl: gone.url }) })
    await expect(nobody.resolve()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('ECONNREFUSED') },
    })
    await nobody.close()
  })

  it('refuses a URL that is none and an entity that can be no header', async () => {
    expect(() => agent({ baseUrl: 'localhost:2772' })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    )
    const source = agent({ baseUrl: world.local.agentUrl, entityId: ({ id }) => `${id}\r\nX-Evil: 1` })
    const client = createAppConfig({ ...options, source })
    await expect(client.resolve('t-01')).rejects.toMatchObject({ code: 'OPTIONS_INVALID' })
    await client.close()
  })

  describe('while a deployment grows', () => {
    const TENANTS = Array.from({ length: 40 }, (_, at) => `tenant-${at}`)

    async function growing(): Promise<string[]> {
      await world.deploy('default', { version: 1 })
      await world.deploy('default', { version: 2 }, { strategy: 'AppConfig.Linear20PercentEvery6Minutes' })
      world.clock.advance(14 * 60_000)
      const agents = [world.local.agentUrl]
      while (agents.length < 3) agents.push((await world.local.startAgent()).url)
      return agents
    }

    it('keeps a tenant on one version across three Agents and three processes, with entityId', async () => {
      const agents = await growing()
      const program = (baseUrl: string) => `
        import { agent, createAppConfig } from '@appconfig-kit/core'
        const source = agent({ baseUrl: '${baseUrl}', entityId: (tenant) => tenant.id })
        const client = createAppConfig({ ...${JSON.stringify(options)}, source })
        const versions = await Promise.all(${JSON.stringify(TENANTS)}.map(async (id) => (await client.resolve(id)).version))
        console.log(versions.join(''))
      `
      const outputs = await Promise.all(
        agents.map((url) =>
          run(process.execPath, ['--input-type=module', '-e', program(url)], import.meta.dirname),
        ),
      )
      const [first, second, third] = outputs.map(({ stdout }) => stdout.trim())
      expect(first).toMatch(/^[12]{40}$/)
      // Some have the new one and some don't, or this would show nothing.
      expect(new Set(first).size).toBe(2)
      expect([second, third]).toEqual([first, first])
    })

    it('parses a document once for all tenants that have the same version of it', async () => {
      const [baseUrl] = await growing()
      const source = agent({ ...(baseUrl && { baseUrl }), entityId: ({ id }) => id })
      const client = createAppConfig({ ...options, source, clock: world.clock })
      const configs = await Promise.all(TENANTS.map((id) => client.resolve(id)))
      expect(new Set(configs).size).toBe(2)
      await client.close()
    })

    it('without entityId, leaves it to each Agent: two of them may serve one tenant different versions', async () => {
      const agents = await growing()
      const served = new Set<unknown>()
      // Each further Agent is one more caller; of enough of them, some are reached and some not yet.
      while (served.size < 2) {
        const client = createAppConfig({
          ...options,
          source: agent({ baseUrl: agents.pop() ?? (await world.local.startAgent()).url }),
        })
        const versions = new Set(
          (await Promise.all(TENANTS.map((id) => client.resolve(id)))).map((config) => config['version']),
        )
        expect(versions.size).toBe(1)
        for (const version of versions) served.add(version)
        await client.close()
      }
    })
  })
})
