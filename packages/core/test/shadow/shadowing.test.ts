import { afterEach, describe, expect, it } from 'vitest'
import { type AppConfigClient, type AppConfigEvents, createAppConfig, memory } from '../../src/index.ts'
import { type ManualClock, manualClock } from '../../src/manual-clock.ts'
import { configureRequests } from '../../src/requests/request-config.ts'
import type { ShadowOptions } from '../../src/shadow/options.ts'
import type { ShadowAnswer } from '../../src/shadow/shadow-answer.ts'
import { createShadowing } from '../../src/shadow/shadowing.ts'

const ANSWER: ShadowAnswer = { status: 200, headers: {}, body: { price: 1 } }
const OTHER: ShadowAnswer = { status: 200, headers: {}, body: { price: 2 } }

let client: AppConfigClient
afterEach(() => client.close())

/** A route whose sides are given, with requests that are decided. */
async function route(options: ShadowOptions, config: object = { featureA: false }, random = () => 0.5) {
  const clock: ManualClock = manualClock()
  client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source: memory({ default: config as never }),
    logger: false,
  })
  await client.start()
  const told: AppConfigEvents['shadow'][] = []
  client.on('shadow', (event) => told.push(event))
  const { configFor } = configureRequests({ client })
  const ports = { random, nowMs: clock.now, schedule: clock.schedule }
  const shadowing = createShadowing('flagged.shadow(featureA)', 'featureA', options, ports)
  return {
    clock,
    told,
    async begin(method = 'GET', isOn = false, makeStandIn: () => unknown = () => undefined) {
      const request = { headers: {} }
      await configFor(request)
      return shadowing.besideOf(request, method, isOn, makeStandIn)
    },
  }
}
/** Lets promises settle, and what waits for no time. */
async function settle(clock: ManualClock): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(0)
  }
}

describe('which requests run the other side', () => {
  it.each<[string, ShadowOptions, object, number, boolean]>([
    ['one of the sample', { sample: 0.3 }, { featureA: true }, 0.29, true],
    ['one that is not', { sample: 0.3 }, { featureA: true }, 0.3, false],
    ['one in a hundred by default', {}, { featureA: true }, 0.0099, true],
    ['no more by default', {}, { featureA: true }, 0.01, false],
    ['none at 0', { sample: 0 }, { featureA: true }, 0, false],
    ['all at 1', { sample: 1 }, { featureA: true }, 0.999, true],
    ['by an attribute of the flag', { sample: 0 }, { featureA: { enabled: false, shadow: 0.3 } }, 0.29, true],
    ['ended by an attribute', { sample: 1 }, { featureA: { enabled: true, shadow: false } }, 0, false],
    ['not by nonsense in one', { sample: 0.3 }, { featureA: { enabled: true, shadow: 30 } }, 0.5, false],
    ['while another flag is on', { sample: 1, whileFlag: 'b' }, { featureA: true, b: true }, 0, true],
    ['not while it is off', { sample: 1, whileFlag: 'b' }, { featureA: true, b: false }, 0, false],
    ['not while it is unknown', { sample: 1, whileFlag: 'b' }, { featureA: true }, 0, false],
  ])('%s', async (_name, options, config, random, runs) => {
    const { begin } = await route(options, config, () => random)
    expect((await begin()) !== undefined).toBe(runs)
  })

  it.each(['POST', 'PUT', 'DELETE', 'HEAD', 'get', ''])('never one of method %s', async (method) => {
    const { begin } = await route({ sample: 1 })
    expect(await begin(method)).toBeUndefined()
  })
})

describe('what is told', () => {
  it('a stand-in that can not be made, by the name of the error; no place is taken', async () => {
    const { begin, told } = await route({ sample: 1, maxInFlight: 1 })
    const beside = await begin('GET', false, () => {
      throw new RangeError('a secret')
    })
    expect(beside).toBeUndefined()
    expect(told).toEqual([
      {
        flag: 'featureA',
        answeredBy: 'old',
        outcome: 'failed',
        paths: [],
        error: 'RangeError',
        answerMs: undefined,
        otherMs: undefined,
      },
    ])
    expect((await begin('GET', false, () => 'standing in'))?.standIn).toBe('standing in')
  })

  it('the same answers, and how long they took', async () => {
    const { begin, told, clock } = await route({ sample: 1 })
    const beside = await begin()
    const answered = new Promise<ShadowAnswer>((resolve) => clock.schedule(30, () => resolve(ANSWER)))
    void beside?.run(
      answered,
      () => new Promise((resolve) => clock.schedule(50, () => resolve({ ...ANSWER }))),
    )
    for (const ms of [30, 0, 50]) {
      clock.advance(ms)
      await settle(clock)
    }
    expect(told).toEqual([
      {
        flag: 'featureA',
        answeredBy: 'old',
        outcome: 'same',
        paths: [],
        error: undefined,
        answerMs: 30,
        otherMs: 50,
      },
    ])
  })

  it.each<
    [string, boolean, Parameters<typeof createShadowing>[2], () => Promise<ShadowAnswer | undefined>, object]
  >([
    ['differences', false, {}, async () => OTHER, { outcome: 'different', paths: ['body.price'] }],
    [
      'a failure',
      false,
      {},
      async () => Promise.reject(new RangeError('x')),
      { outcome: 'failed', error: 'RangeError' },
    ],
    [
      'a failure at once',
      false,
      {},
      () => {
        throw 'text'
      },
      { outcome: 'failed', error: 'string' },
    ],
    ['none to compare', true, {}, async () => undefined, { outcome: 'notCompared', answeredBy: 'new' }],
    ['by a comparison of one’s own', false, { compare: () => [] }, async () => OTHER, { outcome: 'same' }],
    [
      'old first, whichever answers',
      true,
      { compare: (old) => (old === OTHER ? [] : ['swapped']) },
      async () => OTHER,
      { outcome: 'same', answeredBy: 'new' },
    ],
    [
      'a comparison that throws',
      false,
      {
        compare: () => {
          throw new TypeError('x')
        },
      },
      async () => OTHER,
      { outcome: 'failed', error: 'TypeError' },
    ],
  ])('%s', async (_name, isOn, options, other, expected) => {
    const { begin, told, clock } = await route({ sample: 1, ...options })
    void (await begin('GET', isOn))?.run(Promise.resolve(ANSWER), other)
    await settle(clock)
    expect(told).toMatchObject([expected])
  })

  it('the other side is given up when it is late, and its signal says so', async () => {
    const { begin, told, clock } = await route({ sample: 1, timeoutMs: 100 })
    let signal: AbortSignal | undefined
    void (await begin())?.run(Promise.resolve(ANSWER), (given) => {
      signal = given
      return new Promise((_, reject) => given.addEventListener('abort', () => reject(new Error('later'))))
    })
    await settle(clock)
    expect([told, signal?.aborted]).toEqual([[], false])
    clock.advance(100)
    await settle(clock)
    expect(told).toMatchObject([{ outcome: 'late', otherMs: 100 }])
    expect(signal?.aborted).toBe(true)
  })

  it('the other side does not run before the answer, nor without one', async () => {
    const { begin, told, clock } = await route({ sample: 1 })
    let answer = (_: ShadowAnswer | undefined): void => {}
    let runs = 0
    const other = async () => {
      runs++
      return ANSWER
    }
    void (await begin())?.run(new Promise((resolve) => (answer = resolve)), other)
    void (await begin())?.run(Promise.reject(new Error('x')), other)
    void (await begin())?.run(Promise.resolve(undefined), other)
    await settle(clock)
    expect([runs, told.map(({ outcome }) => outcome)]).toEqual([0, ['notCompared', 'notCompared']])
    answer(ANSWER)
    await settle(clock)
    expect(runs).toBe(1)
  })

  it('no more than some at once; the others are dropped, not queued', async () => {
    const { begin, told, clock } = await route({ sample: 1, maxInFlight: 2, timeoutMs: 100 })
    const hanging = () => new Promise<undefined>(() => {})
    for (const beside of [await begin(), await begin()]) void beside?.run(Promise.resolve(ANSWER), hanging)
    expect(await begin()).toBeUndefined()
    expect(told).toMatchObject([{ outcome: 'dropped', otherMs: undefined }])
    await settle(clock)
    clock.advance(100)
    await settle(clock)
    expect(told).toHaveLength(3)
    expect(await begin()).toBeDefined()
  })
})

it.each<[object, string]>([
  [{ sample: 2 }, 'sample must be a number from 0 to 1, got 2'],
  [{ sample: '0.1' }, 'sample must be a number from 0 to 1'],
  [{ sample: Number.NaN }, 'sample must be'],
  [{ maxInFlight: 0 }, 'maxInFlight must be a whole number above 0'],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs must be'],
  [{ compare: true }, 'compare must be a function'],
  [{ whileFlag: '' }, 'flag must be a flag name'],
  [{ rate: 1 }, 'rate'],
])('refuses the options %o', (options, text) => {
  client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source: memory({ default: {} }),
    logger: false,
  })
  expect(() => createShadowing('flagged.shadow(featureA)', 'featureA', options)).toThrow(text)
})
