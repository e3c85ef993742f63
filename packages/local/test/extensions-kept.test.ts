/** What is kept of ticks when a process ends, whatever it is doing. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { type Deployment, GetDeploymentCommand } from '@aws-sdk/client-appconfig'
import { expect, it, onTestFinished } from 'vitest'
import type { Extension, TickAnswer, TickEvent } from '../src/index.ts'
import { API, HOUR, MINUTE, type Started, start } from './start.ts'

const LINEAR = 'AppConfig.Linear20PercentEvery6Minutes'
const GO_ON: TickAnswer = { Directive: 'CONTINUE' }

it('a tick without an answer is asked again, and an answered one is not', async () => {
  const directory = temporaryFolder()
  const clock = manualClock()
  const first = await startWith(directory, clock, ({ number }) =>
    number === 8 ? new Promise(() => {}) : GO_ON,
  )
  await first.started.local.deploy({ ...API, content: 'one', strategy: LINEAR })
  clock.advance(7 * MINUTE)
  await first.started.local.settled()
  clock.advance(MINUTE)
  void first.started.local.settled()
  await first.started.local.close()

  clock.advance(MINUTE)
  const second = await startWith(directory, clock, ({ number }) =>
    number === 2 ? { Directive: 'ROLL_BACK', Description: 'nine' } : GO_ON,
  )
  const rolledBack = await deployment(second.started)

  expect([first.events.length, second.events.length]).toEqual([8, 2])
  expect(minutesOf(rolledBack)).toEqual([
    ['ROLLBACK_COMPLETED', 9],
    ['ROLLBACK_STARTED', 9],
    ['PERCENTAGE_UPDATED', 6],
    ['DEPLOYMENT_STARTED', 0],
  ])
})

it('a process without the extension lets the deployment go on', async () => {
  const directory = temporaryFolder()
  const clock = manualClock()
  const first = await startWith(directory, clock, () => GO_ON)
  await first.started.local.deploy({ ...API, content: 'one', strategy: LINEAR })
  await first.started.local.close()

  clock.advance(20 * MINUTE)
  const without = await start({ directory, clock })
  const growing = await deployment(without)
  await without.local.close()
  const again = await startWith(directory, clock, () => ({ Directive: 'ROLL_BACK' }))
  const rolledBack = await deployment(again.started)

  expect([growing.State, growing.PercentageComplete, growing.AppliedExtensions?.length]).toEqual([
    'DEPLOYING',
    60,
    1,
  ])
  // The tick was of minute 1, but the log stays in the order of its times.
  expect(minutesOf(rolledBack).slice(0, 3)).toEqual([
    ['ROLLBACK_COMPLETED', 18],
    ['ROLLBACK_STARTED', 18],
    ['PERCENTAGE_UPDATED', 18],
  ])
})

it('nobody is asked before the new process has started, although its seed is deployed', async () => {
  const directory = temporaryFolder()
  const seed = temporaryFolder()
  mkdirSync(join(seed, 'api', 'prod-02'), { recursive: true })
  writeFileSync(join(seed, 'api', 'prod-02', 'default.json'), '{}')
  const clock = manualClock()
  const first = await startWith(directory, clock, () => GO_ON)
  await first.started.local.deploy({ ...API, content: 'one', strategy: LINEAR })
  await first.started.local.close()
  clock.advance(10 * MINUTE)

  const second = await startWith(directory, clock, () => GO_ON, { seed })
  const atStart = second.events.length
  await deployment(second.started)

  expect([atStart, second.events.length]).toEqual([0, 10])
})

it.each([0, 1, 5, 6, 29, 30, 58])('killed in the tick after %i answers', async (answered) => {
  const directory = temporaryFolder()
  const child = fork(fileURLToPath(new URL('./killed-tick.mjs', import.meta.url)), [directory, `${answered}`])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  child.kill('SIGKILL')
  await once(child, 'exit')

  // Its deployment started by the real clock, a little sped up.
  const clock = manualClock(Date.now() + 2 * HOUR)
  const { started, events } = await startWith(directory, clock, () => GO_ON)
  const complete = await deployment(started)

  expect(events).toHaveLength(59 - answered)
  expect(complete.State).toBe('COMPLETE')
  expect(minutesOf(complete)).toEqual([
    ['DEPLOYMENT_COMPLETED', 60],
    ['BAKE_TIME_STARTED', 30],
    ['PERCENTAGE_UPDATED', 30],
    ['PERCENTAGE_UPDATED', 24],
    ['PERCENTAGE_UPDATED', 18],
    ['PERCENTAGE_UPDATED', 12],
    ['PERCENTAGE_UPDATED', 6],
    ['DEPLOYMENT_STARTED', 0],
  ])
})

async function startWith(
  directory: string,
  clock: ManualClock,
  answer: (event: TickEvent & { readonly number: number }) => TickAnswer | Promise<TickAnswer>,
  options: Parameters<typeof start>[0] = {},
): Promise<{ readonly started: Started; readonly events: TickEvent[] }> {
  const events: TickEvent[] = []
  const handler: Extension['handler'] = (event) => {
    events.push(event)
    return answer({ ...event, number: events.length })
  }
  const extensions: Extension[] = [{ name: 'gate', actionPoint: 'AT_DEPLOYMENT_TICK', handler }]
  return { started: await start({ directory, clock, extensions, ...options }), events }
}

function deployment({ control }: Started): Promise<Deployment> {
  return control.send(
    new GetDeploymentCommand({ ApplicationId: 'api', EnvironmentId: 'prod-01', DeploymentNumber: 1 }),
  )
}

function minutesOf({ EventLog = [], StartedAt }: Deployment): [string | undefined, number][] {
  const startedMs = StartedAt?.getTime() ?? 0
  return EventLog.map(({ EventType, OccurredAt }) => [
    EventType,
    Math.round(((OccurredAt?.getTime() ?? 0) - startedMs) / MINUTE),
  ])
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'extensions-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
