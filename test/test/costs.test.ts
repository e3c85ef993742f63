/** The estimate of calls, held against those that a local AppConfig counts. */
import {
  agent,
  createAppConfig,
  direct,
  estimateCosts,
  type LayerSpec,
  layer,
  type Source,
} from '@appconfig-kit/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { APPLICATION, ENVIRONMENT, sdkClient, startWorld, until, type World } from '../src/world.ts'

const STEP_MS = 1000
const MINUTES = 30
const A_MONTH_OF_MINUTES = 30 * 24 * 60
const DEPLOYMENTS = 3

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

/** `source`, counting the polls that are under way: time must not move on while one is. */
function counted(source: Source, polls: { underWay: number }): Source {
  return {
    ...source,
    open(document, options) {
      const session = source.open(document, options)
      async function poll(signal: AbortSignal) {
        polls.underWay++
        try {
          return await session.poll(signal)
        } finally {
          polls.underWay--
        }
      }
      return { ...session, poll }
    },
  }
}

async function pass(minutes: number, polls: { underWay: number }): Promise<void> {
  for (let ms = 0; ms < minutes * 60_000; ms += STEP_MS) {
    world.clock.advance(STEP_MS)
    if (polls.underWay > 0) {
      await until(() => polls.underWay === 0)
      // What follows an answer is done in the turn after it.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

const TENANTS = ['t1', 't2', 't3', 't4', 't5']

it.each<['shared' | 'sections' | 'documents', LayerSpec[]]>([
  ['shared', ['default']],
  ['sections', ['default', layer('tenants', { section: ({ id }) => id })]],
  ['documents', ['default', ({ id }) => `tenant-${id}`]],
])('%s: two processes make as many calls as estimated', async (shape, layers) => {
  await world.deploy('default', { rpm: 1 })
  await world.deploy('tenants', Object.fromEntries(TENANTS.map((id) => [id, { id }])))
  for (const id of TENANTS) await world.deploy(`tenant-${id}`, { id })
  const polls = { underWay: 0 }
  const sdk = sdkClient(world.local.url)
  const clients = [1, 2].map(() =>
    createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers,
      source: counted(direct({ client: sdk }), polls),
      clock: world.clock,
      idleTimeoutSeconds: 86_400,
    }),
  )
  for (const client of clients) for (const id of TENANTS) await client.resolve(id)
  for (let at = 1; at <= DEPLOYMENTS; at++) {
    await world.deploy('default', { rpm: at + 1 })
    await pass(MINUTES / DEPLOYMENTS, polls)
  }

  const perMonth = A_MONTH_OF_MINUTES / MINUTES
  const estimate = estimateCosts({
    processes: clients.length,
    tenants: TENANTS.length,
    shape,
    source: 'direct',
    startsPerMonth: perMonth,
    deploymentsPerMonth: DEPLOYMENTS * perMonth,
  })
  const counts = world.local.calls.filter(({ status }) => status === 200 || status === 201)
  // Polls come up to a tenth of an interval late, never early: somewhat fewer than estimated, never more.
  expect(counts.length).toBeLessThanOrEqual(estimate.calls / perMonth)
  expect(counts.length).toBeGreaterThan((estimate.calls / perMonth) * 0.85)
  const sessions = world.local.calls.of('StartConfigurationSession')
  expect(sessions).toHaveLength(estimate.documentsPerPoller * estimate.pollers)
  for (const client of clients) await client.close()
  sdk.destroy()
})

it('asks an Agent, which is not paid for, and AWS not at all', async () => {
  await world.deploy('default', { rpm: 1 })
  const polls = { underWay: 0 }
  const client = createAppConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers: ['default'],
    source: counted(agent({ baseUrl: world.local.agentUrl }), polls),
    clock: world.clock,
  })
  await client.start()
  await pass(5, polls)
  expect(new Set(world.local.calls.map(({ operation }) => operation))).toEqual(
    new Set(['Agent.GetConfiguration']),
  )
  await client.close()
})
