/** Made-up tenants, many of them, beside those that exist: what they cost, and whom. */
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AppConfigClient,
  type AppConfigOptions,
  appConfig,
  createAppConfig,
  layer,
} from '@appconfig-kit/express'
import express, { type ErrorRequestHandler } from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { APPLICATION, ENVIRONMENT, startWorld, type World } from '../src/world.ts'

const MADE_UP = 2000
const BUDGET = 50
const KNOWN = Array.from({ length: 30 }, (_, at) => `known-${at}`)
const MAX_TENANTS = 200

type Shape = Pick<AppConfigOptions, 'layers' | 'isKnownTenant'>

const SHAPES: [string, Shape, { readonly statuses: readonly number[]; readonly sessions: number }][] = [
  [
    'a document each, required',
    { layers: ['default', (t) => `tenant-${t.id}`] },
    { statuses: [404, 503], sessions: BUDGET },
  ],
  [
    'a document each, optional',
    { layers: ['default', (t) => layer(`tenant-${t.id}`, { optional: true })] },
    { statuses: [200, 503], sessions: BUDGET },
  ],
  [
    'a section each, required',
    { layers: ['default', layer('tenants', { section: (t) => t.id })] },
    { statuses: [404], sessions: 0 },
  ],
  [
    'a section each, optional',
    { layers: ['default', layer('tenants', { section: (t) => t.id, optional: true })] },
    { statuses: [200], sessions: 0 },
  ],
  [
    'tiers only, with isKnownTenant',
    { layers: ['default'], isKnownTenant: ({ id }) => id.startsWith('known-') },
    { statuses: [404], sessions: 0 },
  ],
]

describe.each(SHAPES)(`${MADE_UP} made-up tenants: %s`, (_, shape, { statuses, sessions }) => {
  it('open few sessions, and leave those that exist alone', { timeout: 60_000 }, async () => {
    const world = await startWorld()
    onTestFinished(() => world.close())
    await deployAll(world)
    const { client, ask } = await serve(world, shape)
    for (const id of KNOWN) expect(await ask(id)).toBe(200)
    // One of them was served before, and is cold now.
    const [idle, ...warm] = KNOWN as [string, ...string[]]
    for (let minutes = 0; minutes < 20; minutes += 5) {
      world.clock.advance(5 * 60_000)
      for (const id of warm) expect(await ask(id)).toBe(200)
    }
    expect(client.peek(idle)).toBeUndefined()
    world.clock.advance(1000)
    world.local.calls.clear()

    const answered = new Set<number>()
    const flood = Array.from({ length: 16 }, async (_, lane) => {
      for (let at = lane; at < MADE_UP; at += 16) answered.add(await ask(`made-up-${at}`))
    })
    await Promise.race(flood)
    expect(await ask(idle)).toBe(200)
    await Promise.all(flood)

    expect([...answered].sort()).toEqual(statuses)
    const opened = world.local.calls.of('StartConfigurationSession')
    expect(opened.filter(({ target }) => target.profile?.includes('made-up')).length).toBe(sessions)
    expect(warm.filter((id) => client.peek(id) === undefined)).toEqual([])
    expect(client.health().warmTenants).toBeLessThanOrEqual(MAX_TENANTS)
  })
})

async function deployAll({ deploy }: World): Promise<void> {
  await deploy('default', { limit: 1 })
  await deploy('tenants', Object.fromEntries(KNOWN.map((id) => [id, { own: id }])))
  for (const id of KNOWN) await deploy(`tenant-${id}`, { own: id })
}

interface Served {
  readonly client: AppConfigClient
  /** The status of a request of this tenant. */
  ask(tenant: string): Promise<number>
}

async function serve(world: World, shape: Shape): Promise<Served> {
  const client: AppConfigClient = createAppConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    source: world.source,
    clock: world.clock,
    logger: false,
    maxTenants: MAX_TENANTS,
    maxNewTenantsPerSecond: BUDGET,
    ...shape,
  } as AppConfigOptions<undefined>)
  await client.start()
  const answerError: ErrorRequestHandler = (error, _req, res, _next) => void res.status(error.status).end()
  const app = express()
  app.use(appConfig({ client, tenant: (req) => req.get('x-tenant') }))
  app.get('/', (req, res) => void res.json(req.config))
  app.use(answerError)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true })
  onTestFinished(async () => {
    agent.destroy()
    server.close()
    await client.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    client,
    ask: (tenant) =>
      new Promise((resolve, reject) => {
        get({ port, agent, host: '127.0.0.1', headers: { 'x-tenant': tenant } }, (response) => {
          response.resume()
          response.once('end', () => resolve(response.statusCode as number))
        }).once('error', reject)
      }),
  }
}
