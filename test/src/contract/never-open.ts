/**
 * The ways in which functions of the application can fail before a request has its configuration, and the
 * promise that no handler is reached then, and nothing hangs.
 *
 * @module
 */
import {
  type AppConfigClient,
  createAppConfig,
  type LayerFunction,
  memory,
  type Tenant,
} from '@appconfig-kit/core'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdapterUnderTest, RunningServer } from './describe-adapter.ts'

/** What is thrown, and the status it is answered with. */
const THROWN: readonly [name: string, make: () => unknown, status: number][] = [
  ['undefined', () => undefined, 500],
  ['null', () => null, 500],
  ['0', () => 0, 500],
  ['NaN', () => Number.NaN, 500],
  ['0n', () => 0n, 500],
  ['false', () => false, 500],
  ['true', () => true, 500],
  ["''", () => '', 500],
  ["'route'", () => 'route', 500],
  ["'router'", () => 'router', 500],
  ['another text', () => 'no such user', 500],
  ['a number', () => 404, 500],
  ['a symbol', () => Symbol('x'), 500],
  ['a function', () => () => {}, 500],
  ['an array', () => [], 500],
  ['an object without message', () => ({}), 500],
  ['an object without prototype', () => Object.create(null), 500],
  [
    'an object that looks like a success',
    () => ({ status: 200, statusCode: 200, expose: true, message: 'in' }),
    500,
  ],
  ['an object that is a promise', () => thenable(() => undefined), 500],
  [
    'an object that can not be read',
    () => new Proxy({}, { get: raise, has: raise, ownKeys: raise, getPrototypeOf: raise }),
    500,
  ],
  ['an error', () => new Error('x'), 500],
  ['an error of status 200', () => Object.assign(new Error('in'), { status: 200, expose: true }), 500],
  [
    'an error of statusCode 200',
    () => Object.assign(new Error('in'), { statusCode: 200, expose: true }),
    500,
  ],
  [
    'an error of no status there is',
    () => Object.assign(new Error('x'), { status: 42, statusCode: Number.NaN }),
    500,
  ],
  ['an error that is frozen', () => Object.freeze(new Error('x')), 500],
  [
    'an error that can not be read',
    () => Object.defineProperty(new Error('x'), 'status', { get: raise }),
    500,
  ],
]

type Failing = () => unknown

/** How something is thrown. */
const HOW: readonly [name: string, fail: (make: Failing) => Failing][] = [
  [
    'throws',
    (make) => () => {
      throw make()
    },
  ],
  [
    'rejects with',
    (make) => async () => {
      throw make()
    },
  ],
  ['answers a thenable that rejects with', (make) => () => thenable(make)],
]

type Asked = 'tenant' | 'context' | 'skip' | 'isKnownTenant' | 'layer'

/** What is no answer at all, by who gives it. */
const WRONG: readonly [asked: Asked, answer: unknown][] = [
  ...[42, true, [], ['t1'], {}, { tenantId: 't1' }, { id: 42 }, () => 't1', Symbol('t1')].flatMap(
    (answer): [Asked, unknown][] => [
      ['tenant', answer],
      ['tenant', Promise.resolve(answer)],
    ],
  ),
  ...['DE', 42, true, ['DE'], () => ({})].map((answer): [Asked, unknown] => ['context', answer]),
  ...[Promise.resolve(true), Promise.resolve(false), 'yes', 1, {}, []].map((answer): [Asked, unknown] => [
    'skip',
    answer,
  ]),
  ...['yes', 1, 0, null, undefined, {}].map((answer): [Asked, unknown] => ['isKnownTenant', answer]),
]

export function describeNeverOpen(
  name: string,
  { start, httpError = (status) => Object.assign(new Error('x'), { status }) }: AdapterUnderTest,
): void {
  describe(`${name} reaches no handler and does not hang when`, () => {
    const asked: { [Name in Asked]?: Failing | undefined } = {}
    const errors: unknown[] = []
    let clock: ManualClock
    let client: AppConfigClient
    let server: RunningServer
    let tenants = 0
    let reached = 0

    beforeAll(async () => {
      clock = manualClock()
      client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: [
          'default',
          ((tenant) => (asked.layer ? asked.layer() : tenant.id && undefined)) as LayerFunction,
        ],
        source: memory({ default: {} }),
        isKnownTenant: (_tenant: Tenant) => (asked.isKnownTenant ?? (() => true))() as boolean,
        maxNewTenantsPerSecond: 10_000,
        clock,
      })
      server = await start({
        options: {
          client,
          tenant: () => (asked.tenant ? asked.tenant() : `t${++tenants}`) as string,
          context: () => (asked.context ? asked.context() : {}) as Record<string, string>,
          skip: () => (asked.skip ? asked.skip() : false) as boolean,
        },
        async midRequest() {
          reached++
        },
        onError: (error) => errors.push(error),
      })
    })
    afterAll(async () => {
      await server.close()
      await client.close()
    })

    async function answerWhile(who: Asked, failing: Failing): Promise<{ status: number; text: string }> {
      asked[who] = failing
      errors.length = reached = 0
      try {
        const response = await fetch(new URL('/config', server.url))
        return { status: response.status, text: await response.text() }
      } finally {
        asked[who] = undefined
      }
    }

    it('nothing fails, it answers', async () => {
      expect(await answerWhile('tenant', () => null)).toMatchObject({ status: 200 })
      expect(await answerWhile('tenant', () => 't1')).toMatchObject({ status: 200 })
      expect(reached).toBe(1)
    })

    describe.each(['tenant', 'context', 'skip', 'isKnownTenant', 'layer'] as const)('%s', (who) => {
      // The answer of these is judged at once.
      const how = who === 'skip' || who === 'layer' ? HOW.slice(0, 1) : HOW
      it.each(
        how.flatMap(([how, fail]) =>
          THROWN.map(([what, make, status]) => [how, what, fail(make), status] as const),
        ),
      )('%s %s', async (_how, _what, failing, status) => {
        const answer = await answerWhile(who, failing)

        expect(reached).toBe(0)
        expect(answer.status).toBe(who === 'isKnownTenant' ? 503 : status)
        expect(answer.text).not.toMatch(/no such user|resolver|option/)
        expect(errors).toHaveLength(1)
        expect(errors[0]).toBeInstanceOf(Error)
      })
    })

    it('an error with a status of its own is thrown, which it keeps', async () => {
      for (const who of ['tenant', 'context'] as const) {
        const { status } = await answerWhile(who, () => Promise.reject(httpError(401)))

        expect([status, reached]).toEqual([401, 0])
      }
    })

    it.each(WRONG)('%s answers %o', async (who, answer) => {
      const { status } = await answerWhile(who, () => answer)

      expect(reached).toBe(0)
      expect(status).toBe(who === 'isKnownTenant' ? 503 : 500)
      expect(errors).toMatchObject([{ code: 'RESOLVER_FAILED' }])
    })

    it.each(['tenant', 'context', 'isKnownTenant'] as const)(
      '%s never answers: 503 after resolveTimeoutMs',
      async (who) => {
        let late = (_answer: unknown): void => {}
        const { status } = await answerWhile(who, () => {
          setImmediate(() => clock.advance(client.resolveTimeoutMs))
          return new Promise((resolve) => {
            late = resolve
          })
        })
        late(who === 'isKnownTenant' ? true : 't1')
        await new Promise(setImmediate)

        expect(status).toBe(503)
        expect(reached).toBe(0)
        expect(errors).toMatchObject([{ code: 'RESOLVER_TIMEOUT', retryAfterSeconds: 1 }])
      },
    )
  })
}

function raise(): never {
  throw undefined
}

/** A promise of another make, which rejects. */
function thenable(make: Failing): PromiseLike<unknown> {
  const rejecting = (_resolve: unknown, reject: (reason: unknown) => void): void => reject(make())
  return Object.defineProperty({}, 'then', { value: rejecting }) as PromiseLike<unknown>
}
