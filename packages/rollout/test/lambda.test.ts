/** The Lambda handler: events, results, errors, log lines. */
import { StopDeploymentCommand } from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import { endOf, type LeftCell, type Outcome } from '../src/index.ts'
import { type StepEvent, type StepHandlerOptions, type StepResult, stepHandler } from '../src/lambda.ts'
import { CELLS, contentOf, LABEL, MINUTE, PLAN, planOf, startWorld, type World } from './world.ts'

const handlerOf = ({ ports }: World, options: Partial<StepHandlerOptions> = {}) =>
  stepHandler({ readPlan: () => planOf(), readContent: async (label) => contentOf(label), ports, ...options })

/** Invokes until it is done; a minute passes unless something was changed. */
async function invokeToTheEnd(
  { clock }: World,
  handler: ReturnType<typeof stepHandler>,
  event: StepEvent,
): Promise<StepResult[]> {
  const results: StepResult[] = []
  do {
    if (results.length > 0 && results.at(-1)?.outcome !== 'changed') clock.advance(MINUTE)
    results.push(await handler(event))
  } while (!results.at(-1)?.done)
  return results
}

describe('stepHandler', () => {
  it('takes a step each time, and says when it is done', async () => {
    const world = await startWorld()
    const lines: string[] = []
    const handler = handlerOf(world, { log: (line) => lines.push(line) })

    const results = await invokeToTheEnd(world, handler, { label: LABEL })

    expect(await world.live()).toEqual(CELLS.map(() => LABEL))
    expect(results[0]).toEqual({
      outcome: 'changed',
      did: 'made the version in application api',
      why: 'it was missing',
      untilMs: undefined,
      done: false,
      failed: false,
    })
    expect(results.at(-1)).toMatchObject({ outcome: 'complete', done: true, failed: false })
    expect(lines).toHaveLength(results.length)
    expect(lines[0]).toBe('v2: changed: made the version in application api: it was missing')
    expect(lines.at(-1)).toBe('v2: complete: every cell has v2')
  })

  it('reads the plan once, and again only after it could not', async () => {
    const world = await startWorld()
    let reads = 0
    const handler = handlerOf(world, {
      readPlan: async () => {
        reads++
        if (reads === 1) throw new Error('no such file')
        return planOf()
      },
    })

    await expect(handler({ label: LABEL })).rejects.toThrow('no such file')
    await handler({ label: LABEL })
    await handler({ label: LABEL })

    expect(reads).toBe(2)
  })

  it('goes through holds and back as the event says, and reads no content on the way back', async () => {
    const world = await startWorld()
    const readPlan = () => planOf(PLAN.replace('soak: 1h', 'hold: true'))
    const held = await invokeToTheEnd(world, handlerOf(world, { readPlan }), { label: LABEL })
    const on = await invokeToTheEnd(world, handlerOf(world, { readPlan }), { label: LABEL, through: 'prod' })
    const readContent = () => Promise.reject(new Error('not needed'))
    const handler = handlerOf(world, { readContent, throwIfFailed: true })
    const back = await invokeToTheEnd(world, handler, { label: LABEL, goal: 'back' })

    expect(held.at(-1)).toMatchObject({ outcome: 'holding', done: true, failed: false })
    expect(on.at(-1)).toMatchObject({ outcome: 'complete', done: true, failed: false })
    expect(back.at(-1)).toMatchObject({ outcome: 'taken-back', done: true, failed: false })
    expect(await world.live()).toEqual(CELLS.map(() => 'v1'))
  })

  it('throws what does not answer, for an alarm to see and a state machine to try again', async () => {
    const world = await startWorld()
    world.local.faults.add({ operation: 'ListDeployments', status: 500 })

    await expect(handlerOf(world, { throwIfFailed: true })({ label: LABEL })).rejects.toMatchObject({
      name: 'Unreachable',
      message: expect.stringMatching(/^The rollout of v2 is unreachable: dev: /),
      result: { outcome: 'unreachable', done: false, failed: false },
    })
    expect(await handlerOf(world, {})({ label: LABEL })).toMatchObject({ outcome: 'unreachable' })
  })

  it('answers that a rollout failed, or throws it with a name that tells whether to go on', async () => {
    const world = await startWorld()
    const handler = handlerOf(world, { throwIfFailed: true })
    await invokeToTheEnd(world, handler, { label: LABEL, through: 'prod-01' })
    await world.client.send(
      new StopDeploymentCommand({
        ApplicationId: 'api',
        EnvironmentId: 'prod-01',
        DeploymentNumber: 2,
        AllowRevert: true,
      }),
    )
    world.local.faults.add({ operation: 'StopDeployment', status: 500 })

    await expect(handler({ label: LABEL })).rejects.toMatchObject({
      name: 'NotTakenBackYet',
      message: expect.stringMatching(/^The rollout of v2 is not-taken-back: not taken back: dev: /),
      result: { done: false, failed: true },
    })
    world.local.faults.clear()
    expect(await handler({ label: LABEL })).toMatchObject({ outcome: 'changed', failed: false })
    await expect(handler({ label: LABEL })).rejects.toMatchObject({
      name: 'RolloutFailed',
      message: expect.stringContaining('taken back: dev, prod-01'),
      result: { outcome: 'taken-back', done: true },
    })
    expect(await handlerOf(world)({ label: LABEL })).toMatchObject({ outcome: 'taken-back', failed: true })
  })

  it.each<[unknown, string]>([
    [undefined, 'it is no object'],
    [null, 'it is no object'],
    ['v2', 'it is no object'],
    [[{ label: 'v2' }], 'it is no object'],
    [{}, 'label must be a text'],
    [{ label: '' }, 'label must be a text'],
    [{ label: 7 }, 'label must be a text'],
    [{ label: 'v2\nv3: complete' }, 'label must be a text'],
    [{ label: 'x'.repeat(65) }, 'label must be a text'],
    [{ label: 'v2', through: '' }, 'through must be'],
    [{ label: 'v2', through: ['prod'] }, 'through must be'],
    [{ label: 'v2', accept: 7 }, 'accept must be'],
    [{ label: 'v2', goal: 'bakc' }, "goal must be 'out' or 'back'"],
    [{ label: 'v2', thruogh: 'prod' }, 'members that mean nothing: thruogh'],
    // What a rule without an input sends.
    [{ version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events' }, 'label must be a text'],
  ])('refuses the event %j', async (event, says) => {
    const world = await startWorld({ cells: [] })
    const refused = handlerOf(world)(event as StepEvent)

    await expect(refused).rejects.toMatchObject({ name: 'RolloutError', code: 'EVENT_INVALID' })
    await expect(refused).rejects.toThrow(says)
    await expect(refused).rejects.toThrow('Invoke the function with { "label": "v8" }')
    expect(world.local.calls).toHaveLength(0)
  })

  it('rejects with what the reader of contents rejects with, before it asks AppConfig', async () => {
    const world = await startWorld({ cells: [] })
    const handler = handlerOf(world, {
      readContent: () => Promise.reject(new Error('no content of that label')),
    })

    await expect(handler({ label: 'v9' })).rejects.toThrow('no content of that label')
    expect(world.local.calls).toHaveLength(0)
  })
})

describe('endOf', () => {
  const ends = (outcome: Outcome, goal?: 'out' | 'back', left: readonly LeftCell[] = []) => {
    const { done, failed } = endOf({ outcome, left }, goal)
    return [done, failed]
  }

  it.each<[Outcome, done: boolean, failed: boolean]>([
    ['changed', false, false],
    ['waiting', false, false],
    ['busy', false, false],
    ['unreachable', false, false],
    ['holding', true, false],
    ['complete', true, false],
    ['refused', true, true],
    ['stopped', true, true],
    ['taken-back', true, true],
  ])('%s', (outcome, ...expected) => {
    expect(ends(outcome)).toEqual(expected)
  })

  it('knows that a way back wants the version taken back, and when it can still be', () => {
    const leftThat = (passes: boolean) => ({ cell: {}, why: '', passes }) as LeftCell

    expect(ends('taken-back', 'back')).toEqual([true, false])
    expect(ends('not-taken-back', 'back', [leftThat(true), leftThat(false)])).toEqual([false, true])
    expect(ends('not-taken-back', 'out', [leftThat(false)])).toEqual([true, true])
  })
})
