/** The example's switch for incidents, thrown while something else is being deployed; and a rollback. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { agent, type Clock, type Source } from '@appconfig-kit/core'
import { AppConfigClient as ControlPlane, GetDeploymentCommand } from '@aws-sdk/client-appconfig'
import type { Application } from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROOT } from '../src/run.ts'
import { startWorld, type World } from '../src/world.ts'

interface Example {
  createApp(options: { source: Source; clock: Clock; sinks: object }): {
    app: Application
    close(): Promise<void>
  }
  SEED: readonly { environment: string; profile: string; content: object }[]
}
// By a path tsc does not follow: the example registers a type of configuration, which is not this suite's.
const example = (file: string): Promise<Example> => import(`${ROOT}examples/bedrock-api/src/${file}.ts`)
const { createApp } = await example('app')
const { SEED } = await example('config')

const ALARM = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors'
const MINUTE = 60_000
const OPS_INCIDENT = { search: false, eventSink: 'disk' }
const SECOND_VERSION = { featureA: false, temperature: 0.7, bedrockModelId: 'anthropic.claude-v2:1' }

let world: World
beforeEach(async () => {
  world = await startWorld()
  for (const { environment, profile, content } of SEED) {
    await world.deploy(profile, content, { environment, monitors: [ALARM] })
  }
})
afterEach(() => world.close())

describe.each(['direct', 'agent'])('the example on the %s source', (name) => {
  async function startExample() {
    const source = name === 'agent' ? agent({ baseUrl: world.local.agentUrl }) : world.source
    const sinks = { collectorUrl: 'http://127.0.0.1:9/', file: '/dev/null' }
    const { app, close } = createApp({ source, clock: world.clock, sinks })
    const server = app.listen(0)
    await once(server, 'listening')
    const ask = (path: string) =>
      fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
        headers: { authorization: 'Bearer key-of-tenant-01' },
      })
    /** Lets time pass, at the pace of the I/O it sets off, until it answers so. */
    async function untilAnswer(path: string, fits: (status: number, body: string) => boolean): Promise<void> {
      for (;;) {
        const response = await ask(path)
        if (fits(response.status, await response.text())) return
        world.clock.advance(1000)
      }
    }
    return {
      untilAnswer,
      async stop() {
        server.close()
        server.closeAllConnections()
        await close()
      },
    }
  }

  it.each([
    ['DEPLOYING', 'AppConfig.Linear20PercentEvery6Minutes', 13 * MINUTE],
    ['BAKING', 'AppConfig.AllAtOnce', MINUTE],
  ])('switches search off while `default` is %s', async (state, strategy, elapsedMs) => {
    // Events go to disk from the start: the collector is not what this is about.
    await world.deploy('ops', { search: true, eventSink: 'disk' }, { environment: 'prod-01-ops' })
    const { untilAnswer, stop } = await startExample()
    await untilAnswer('/search', (status) => status === 200)
    await world.deploy('default', SECOND_VERSION, { strategy })
    world.clock.advance(elapsedMs)
    expect(await deploymentState(world, 6)).toMatchObject({ State: state })

    await world.deploy('ops', OPS_INCIDENT, { environment: 'prod-01-ops' })
    await untilAnswer('/search', (status) => status === 404)
    expect(await deploymentState(world, 6)).toMatchObject({ State: state })
    await stop()
  })

  it('is back on the version before once an alarm has rolled back a bake, and the log says why', async () => {
    await world.deploy('ops', { search: true, eventSink: 'disk' }, { environment: 'prod-01-ops' })
    const { untilAnswer, stop } = await startExample()
    await world.deploy('default', SECOND_VERSION, { strategy: 'AppConfig.AllAtOnce' })
    await untilAnswer('/model', (_, body) => body.includes('claude-v2:1'))
    world.local.setAlarm(ALARM, 'ALARM')
    await untilAnswer('/model', (status, body) => status === 200 && body.includes('"anthropic.claude-v2"'))
    const deployment = await deploymentState(world, 6)
    expect(deployment.State).toBe('ROLLED_BACK')
    expect(deployment.EventLog).toContainEqual(
      expect.objectContaining({ EventType: 'ROLLBACK_STARTED', TriggeredBy: 'CLOUDWATCH_ALARM' }),
    )
    await stop()
  })
})

async function deploymentState({ local }: World, DeploymentNumber: number) {
  const control = new ControlPlane({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  try {
    return await control.send(
      new GetDeploymentCommand({ ApplicationId: 'api', EnvironmentId: 'prod-01', DeploymentNumber }),
    )
  } finally {
    control.destroy()
  }
}
