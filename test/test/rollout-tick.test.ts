/**
 * AppConfig rolls a version back by itself: real requests to Express servers, counted by version, judged by the
 * handler that AppConfig asks at each tick.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appConfig, type AppConfigClient as Client, layer, type Usage } from '@appconfig-kit/express'
import type { CountedInterval, CountsSource, GatePlan, VersionCounts } from '@appconfig-kit/rollout'
import { type TickHandler, tickHandler } from '@appconfig-kit/rollout/tick'
import { AppConfigClient, type Deployment, GetDeploymentCommand } from '@aws-sdk/client-appconfig'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { APPLICATION, ENVIRONMENT, startWorld, until, type World } from '../src/world.ts'

const LINEAR = 'AppConfig.Linear20PercentEvery6Minutes'
const INSTANCES = 8
const REQUESTS_A_MINUTE = 4
const GATE: GatePlan = {
  from: undefined,
  watch: [{ name: 'errors', worse: 'more', atMost: undefined }],
  falseAlarms: 0.05,
  leastDelta: 0.001,
  whenUndecided: 'pass',
  whenNoRequests: 'hold',
}

describe('a deployment that AppConfig asks about', () => {
  it('is rolled back when its version raises errors, with the numbers in its event log', async () => {
    const { api, deployment, deploy } = await startStory()
    await deploy('v3', { broken: true }, LINEAR)

    while ((await deployment(2)).State === 'DEPLOYING') await api.passMinute()
    // One of those that still had polled v3, one of those that have v2 again.
    for (let minute = 0; minute < 2; minute += 1) await api.passMinute()

    const { State, EventLog = [] } = await deployment(2)
    const text = EventLog[1]?.Description ?? ''
    const [, failed = '', requests = ''] = /errors v3 (\d+)\/(\d+), v2 0\/[\d,]+: worse$/.exec(text) ?? []
    expect(State, text).toBe('ROLLED_BACK')
    expect(EventLog[1]?.TriggeredBy).toBe('APPCONFIG')
    expect(EventLog.map(({ EventType }) => EventType)).not.toContain('BAKE_TIME_STARTED')
    // The numbers are those of real requests: each one with v3 failed.
    expect([Number(failed), Number(requests) > 0]).toEqual([Number(requests), true])
    expect(api.total('v3')).toMatchObject({ requests: api.total('v3').failed })
    expect(api.total('v3').requests).toBeGreaterThanOrEqual(Number(requests))
    expect(api.total('v2').failed).toBe(0)
    expect(api.lastVersions()).toEqual(['v2'])
  })

  it('completes when its version is healthy', async () => {
    const { api, deployment, deploy, answers } = await startStory()
    await deploy('v3', { broken: false }, LINEAR)

    for (let minute = 0; minute < 62; minute += 1) await api.passMinute()

    expect((await deployment(2)).State).toBe('COMPLETE')
    expect(answers.length).toBeGreaterThan(50)
    expect(answers.at(-1)).toMatch(/^errors v3 0\/[\d,]+, v2 0\/[\d,]+: undecided$/)
    expect(api.lastVersions()).toEqual(['v3'])
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no metrics'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('completes when its counts cannot be had: a source that %s', async (_, counts) => {
    const { world, deployment, deploy, answers, errors } = await startStory(counts)
    await deploy('v3', { broken: true }, 'AppConfig.Linear50PercentEvery30Seconds')

    for (let half = 0; half < 4; half += 1) {
      world.clock.advance(30_000)
      await world.local.settled()
    }

    expect((await deployment(2)).State).toBe('COMPLETE')
    expect([answers.length, errors.length]).toEqual([1, 1])
  })
})

interface Story {
  readonly world: World
  readonly api: Api
  /** What the handler said, oldest first. */
  readonly answers: string[]
  readonly errors: unknown[]
  deploy(versionLabel: string, content: object, strategy?: string): Promise<void>
  deployment(DeploymentNumber: number): Promise<Deployment>
}

/** v2 is complete, and every instance has it; without instances where `counts` are given. */
async function startStory(counts?: CountsSource): Promise<Story> {
  const made: { handler?: TickHandler } = {}
  const answers: string[] = []
  const errors: unknown[] = []
  const world = await startWorld({
    extensions: [
      {
        name: 'gate',
        actionPoint: 'AT_DEPLOYMENT_TICK',
        associatedWith: { application: APPLICATION },
        handler: async (event) => {
          const answer = await (made.handler as TickHandler)(event)
          answers.push(answer.Description)
          return answer
        },
      },
    ],
  })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const control = new AppConfigClient({ endpoint: world.local.url, region: 'us-east-1', credentials })
  onTestFinished(async () => {
    control.destroy()
    await world.close()
  })
  const deploy: Story['deploy'] = (versionLabel, content, strategy) =>
    world.deploy('default', content, { versionLabel, strategy })
  await deploy('v2', { broken: false })
  const api = counts ? undefined : await startApi(world)
  made.handler = tickHandler({
    client: control,
    counts: counts ?? (async () => (api as Api).intervals),
    gate: GATE,
    cells: 4,
    now: world.clock.now,
    timeoutMs: counts ? 200 : 2000,
    onError: (error) => errors.push(error),
  })
  return {
    world,
    api: api as Api,
    deploy,
    answers,
    errors,
    deployment: (DeploymentNumber: number): Promise<Deployment> =>
      control.send(
        new GetDeploymentCommand({
          ApplicationId: APPLICATION,
          EnvironmentId: ENVIRONMENT,
          DeploymentNumber,
        }),
      ),
  }
}

interface Api {
  /** What was counted so far, a minute each, of v2 and v3. */
  readonly intervals: CountedInterval[]
  /** A minute of requests, and what it brings. */
  passMinute(): Promise<void>
  total(version: string): Totals
  /** The versions of the requests of the last minute. */
  lastVersions(): string[]
}

type Totals = Pick<Usage, 'requests' | 'failed'>

/** Servers with a client each, so with a session each. */
async function startApi(world: World): Promise<Api> {
  const instances = await Promise.all(Array.from({ length: INSTANCES }, () => startInstance(world)))
  const intervals: CountedInterval[] = []
  let sent = 0
  let last = new Map<string, Totals>()

  function total(version: string): Totals {
    const usages = instances
      .flatMap(({ client }) => client.usage())
      .filter((usage) => usage.version === version)
    return {
      requests: usages.reduce((sum, { requests }) => sum + requests, 0),
      failed: usages.reduce((sum, { failed }) => sum + failed, 0),
    }
  }

  function since(version: string): VersionCounts {
    const { requests, failed } = total(version)
    const before = last.get(version) ?? { requests: 0, failed: 0 }
    return { requests: requests - before.requests, events: { errors: failed - before.failed } }
  }

  return {
    intervals,
    total,
    async passMinute() {
      await Promise.all(
        instances.map(async ({ url }) => {
          for (let at = 0; at < REQUESTS_A_MINUTE; at += 1) await (await fetch(url)).text()
        }),
      )
      sent += INSTANCES * REQUESTS_A_MINUTE
      await until(() => total('v2').requests + total('v3').requests === sent)
      intervals.push({ before: since('v2'), after: since('v3') })
      last = new Map(['v2', 'v3'].map((version) => [version, total(version)]))
      const beforeMs = world.clock.now()
      world.clock.advance(60_000)
      await world.local.settled()
      await until(() => instances.every(({ client }) => isPolledAfter(client, beforeMs)))
    },
    lastVersions: () => {
      const { before, after } = intervals.at(-1) as CountedInterval
      return [...(before.requests > 0 ? ['v2'] : []), ...(after.requests > 0 ? ['v3'] : [])]
    },
  }
}

function isPolledAfter(client: Client, timeMs: number): boolean {
  return client.health().documents.every(({ checkedAtMs = 0 }) => checkedAtMs > timeMs)
}

interface Instance {
  readonly url: string
  readonly client: Client
}

async function startInstance(world: World): Promise<Instance> {
  const middleware = appConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers: [layer('default', { pollIntervalSeconds: 15 })],
    source: world.source,
    clock: world.clock,
    tenant: () => null,
    telemetry: {},
  })
  const app = express()
  app.use(middleware)
  app.get('/', (req, res) => {
    if ((req.config as { broken: boolean }).broken) throw new Error('broken')
    res.send('ok')
  })
  app.use(((_error, _req, res, _next) => void res.status(500).end()) as express.ErrorRequestHandler)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await middleware.close()
  })
  const { client } = middleware
  await client.start()
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, client }
}
