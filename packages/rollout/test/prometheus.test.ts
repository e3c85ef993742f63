/** Counts from Prometheus' answers: what counters say about intervals, and what is no answer. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CountsQuery } from '../src/index.ts'
import { intervalsOf, type Series } from '../src/prometheus/increments.ts'
import { pointAt, pointsOf } from '../src/prometheus/points.ts'
import { selectorOf } from '../src/prometheus/selector.ts'
import { type PrometheusOptions, prometheusCounts } from '../src/prometheus.ts'

const MINUTE = 60_000
const FROM = 1_800_000_000_123
const QUERY: CountsQuery = {
  application: 'api',
  environment: 'prod-01',
  profile: 'default',
  after: 'v2',
  before: 'v1',
  fromMs: FROM,
  toMs: FROM + 3 * MINUTE,
  watches: ['errors'],
}

/** Values by point; `_` is no sample. */
const _ = undefined
type Values = readonly (number | undefined)[]

function series(version: string, counter: string, values: Values, process = 'one'): Series {
  const entries = values.flatMap((value, at) => (value === undefined ? [] : [[at, value] as const]))
  return { process, version, counter, values: new Map(entries) }
}

/** Requests of v1 and v2 in each interval. */
function requestsOf(all: readonly Series[], intervals: number): readonly (readonly [number, number])[] {
  return intervalsOf(all, intervals, QUERY).map(({ before, after }) => [before.requests, after.requests])
}

describe('what was counted between points', () => {
  it.each<[string, readonly Series[], readonly (readonly [number, number])[]]>([
    [
      'is the difference',
      [series('v1', 'requests', [10, 15, 15, 22])],
      [
        [5, 0],
        [0, 0],
        [7, 0],
      ],
    ],
    [
      'of a version that appears is all of it',
      [series('v1', 'requests', [10, 10, 10, 10]), series('v2', 'requests', [_, _, 4, 5])],
      [
        [0, 0],
        [0, 4],
        [0, 1],
      ],
    ],
    [
      'of a version that was there begins there',
      [series('v2', 'requests', [7, 8, 8, 9])],
      [
        [0, 1],
        [0, 0],
        [0, 1],
      ],
    ],
    [
      'after a reset is what is there',
      [series('v1', 'requests', [10, 3, 5, 5])],
      [
        [3, 0],
        [2, 0],
        [0, 0],
      ],
    ],
    [
      'of a version that a restarted process serves again is all of it',
      [series('v1', 'requests', [10, 12, 2, 3]), series('v2', 'requests', [5, 6, _, 4])],
      [
        [2, 1],
        [2, 0],
        [1, 4],
      ],
    ],
    ['is not known in a gap', [series('v1', 'requests', [10, _, 30, 31])], [[1, 0]]],
    [
      'of a process in a gap is left out, and others are not',
      [series('v1', 'requests', [10, _, 30, 31]), series('v1', 'requests', [1, 2, 3, 4], 'two')],
      [
        [1, 0],
        [1, 0],
        [2, 0],
      ],
    ],
    [
      'of a process that appears beside others is all of it',
      [series('v1', 'requests', [1, 2, 3, 4]), series('v2', 'requests', [_, _, 6, 7], 'two')],
      [
        [1, 0],
        [1, 6],
        [1, 1],
      ],
    ],
    [
      'of processes that appear where none was known begins there',
      [series('v2', 'requests', [_, 9, 10, 10])],
      [
        [0, 1],
        [0, 0],
      ],
    ],
    [
      'with a value that is no number is a gap of the process',
      [series('v1', 'requests', [1, Number.NaN, 3, 4]), series('v2', 'requests', [1, 2, 3, 4])],
      [[1, 1]],
    ],
    [
      'ends with the process',
      [series('v1', 'requests', [1, 2]), series('v1', 'requests', [1, 2, 3, 4], 'two')],
      [
        [2, 0],
        [1, 0],
        [1, 0],
      ],
    ],
    [
      'of other versions is nothing',
      [series('v0', 'requests', [1, 5, 9, 9])],
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
  ])('%s', (_title, all, expected) => {
    expect(requestsOf(all, 3)).toEqual(expected)
  })

  it('leaves a watch unknown where a process with requests does not count it', () => {
    const all = [
      series('v1', 'requests', [1, 2, 3]),
      series('v1', 'failed', [1, 1, 2]),
      series('v2', 'requests', [0, 4, 4]),
      series('v2', 'failed', [0, 3, 3]),
      series('v2', 'event.checkout', [0, 2, 2]),
      series('v2', 'requests', [0, 1, 1], 'two'),
      series('v2', 'failed', [0, 1, 1], 'two'),
    ]

    const found = intervalsOf(all, 2, { ...QUERY, watches: ['errors', 'checkout'] })

    expect(found).toEqual([
      { before: { requests: 1, events: { errors: 0 } }, after: { requests: 5, events: { errors: 4 } } },
      {
        before: { requests: 1, events: { errors: 1 } },
        after: { requests: 0, events: { errors: 0, checkout: 0 } },
      },
    ])
  })

  it('does not take an event for a metric of that name', () => {
    const all = [
      series('v2', 'requests', [0, 4]),
      series('v2', 'slow', [0, 1]),
      series('v2', 'event.slow', [0, 3]),
      series('v2', 'event.requests', [0, 2]),
    ]

    const [found] = intervalsOf(all, 1, { ...QUERY, watches: ['slow', 'requests'] })

    expect(found?.after).toEqual({ requests: 4, events: { slow: 1, requests: 2 } })
  })

  it('is what happened, however processes come, restart and serve', () => {
    const versions = ['v1', 'v2'] as const
    const happening = fc.record({
      restarts: fc.boolean(),
      v1: fc.nat({ max: 50 }),
      v2: fc.nat({ max: 50 }),
    })
    const life = fc.record({
      /** The first process is there from the start: somebody must see the others come. */
      from: fc.nat({ max: 6 }),
      happenings: fc.array(happening, { minLength: 8, maxLength: 8 }),
    })
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 4 }), (lives) => {
        const truth = { v1: 0, v2: 0 }
        const all = lives.flatMap(({ from, happenings }, at) => {
          const counters: Record<'v1' | 'v2', number | undefined> = { v1: undefined, v2: undefined }
          const values: Record<'v1' | 'v2', (number | undefined)[]> = { v1: [], v2: [] }
          // Scraped in any case: version `none` stands for the process itself.
          const none: (number | undefined)[] = []
          const start = at === 0 ? 0 : from
          for (const [point, { restarts, ...added }] of happenings.entries()) {
            none.push(point < start ? undefined : 0)
            for (const version of versions) {
              if (point >= start) {
                let more = added[version]
                const then = counters[version]
                if (restarts && then !== undefined) {
                  // A counter that has more than before shows no restart, to anybody.
                  more = then === 0 ? more : more % then
                  counters[version] = undefined
                }
                if (more > 0 || counters[version] !== undefined)
                  counters[version] = (counters[version] ?? 0) + more
                if (point > 0) truth[version] += more
              }
              values[version].push(counters[version])
            }
          }
          const process = `process ${at}`
          return [
            series('none', 'requests', none, process),
            ...versions.map((version) => series(version, 'requests', values[version], process)),
          ]
        })

        const counted = { v1: 0, v2: 0 }
        for (const [before, after] of requestsOf(all, 7)) {
          counted.v1 += before
          counted.v2 += after
        }
        expect(counted).toEqual(truth)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the points', () => {
  it.each([
    [0, 0, 60_000],
    [59_999, 0, 60_000],
    [60_000, 1, 60_000],
    [179_999, 2, 60_000],
    [1440 * MINUTE, 1440, 60_000],
    [1440 * MINUTE + 1, 720, 120_000],
    [30 * 1440 * MINUTE, 1440, 30 * MINUTE],
    [-5, 0, 60_000],
  ])('of %d ms are %d whole intervals of %d ms', (rangeMs, intervals, stepMs) => {
    expect(pointsOf(FROM, FROM + rangeMs, MINUTE)).toEqual({ fromMs: FROM, stepMs, intervals })
  })

  it('are never more than Prometheus gives, and end before the question', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 86_400 }), (seconds, intervalSeconds) => {
        const { stepMs, intervals } = pointsOf(FROM, FROM + seconds * 1000, intervalSeconds * 1000)

        expect(intervals + 1).toBeLessThan(11_000)
        expect(intervals * stepMs).toBeLessThanOrEqual(seconds * 1000)
        expect(seconds * 1000 - intervals * stepMs).toBeLessThan(stepMs)
      }),
    )
  })

  it('are found again by their times, as Prometheus rounds them', () => {
    const points = pointsOf(FROM, FROM + 3 * MINUTE, MINUTE)

    expect([FROM, FROM + MINUTE + 0.4, FROM + 3 * MINUTE].map((time) => pointAt(points, time))).toEqual([
      0, 1, 3,
    ])
    expect(pointAt(points, FROM + 4 * MINUTE)).toBe(undefined)
  })
})

it.each([
  ['plain', 'api/prod-01/default'],
  ['a"}) or vector(1) #', 'a\\"}) or vector(1) #/prod-01/default'],
  ['back\\slash\\', 'back\\\\slash\\\\/prod-01/default'],
  ['two\nlines', 'two\\nlines/prod-01/default'],
])('a name is a string of PromQL: %s', (application, expected) => {
  const selector = selectorOf({ ...QUERY, application: application === 'plain' ? 'api' : application })

  expect(selector).toMatch(/^\{__name__=~"[a-z_|]+",feature_flag_set_id="/)
  expect(selector.endsWith(`feature_flag_set_id="${expected}"}`), selector).toBe(true)
})

describe('the server', () => {
  const SECRET = 'not-to-be-told'
  const matrix = (result: readonly object[]) =>
    JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })

  async function serverWith(listener: RequestListener) {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  function sourceOf(url: string, options: Partial<PrometheusOptions> = {}) {
    return prometheusCounts({ url, headers: { authorization: `Bearer ${SECRET}` }, ...options })
  }

  it('is asked once, for raw counters, with the headers', async () => {
    const asked: URL[] = []
    const url = await serverWith((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x'))
      expect(request.headers.authorization).toBe(`Bearer ${SECRET}`)
      const labels = { feature_flag_set_id: 'api/prod-01/default', instance: 'a', job: 'api' }
      const values = (...texts: string[]) => texts.map((text, at) => [(FROM + at * MINUTE) / 1000, text])
      const of = (__name__: string, feature_flag_version: string, ...texts: string[]) => ({
        metric: { __name__, feature_flag_version, ...labels },
        values: values(...texts),
      })
      response.end(
        matrix([
          of('appconfig_kit_requests_total', 'v1', '5', '6', '7', '1e1'),
          of('appconfig_kit_requests_failed_total', 'v1', '5', '5', '5', '6'),
        ]),
      )
    })

    const found = await sourceOf(`${url}/prefix/`)(
      { ...QUERY, toMs: QUERY.toMs + 500 },
      AbortSignal.timeout(5000),
    )

    expect(found.map(({ before }) => before)).toEqual([
      { requests: 1, events: { errors: 0 } },
      { requests: 1, events: { errors: 0 } },
      { requests: 3, events: { errors: 1 } },
    ])
    expect(asked).toHaveLength(1)
    expect(asked[0]?.pathname).toBe('/prefix/api/v1/query_range')
    expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toEqual({
      query: selectorOf(QUERY),
      start: '1800000000.123',
      end: '1800000180.123',
      step: '60',
    })
  })

  it('is not asked for less than an interval', async () => {
    const source = sourceOf('http://127.0.0.1:9', { fetch: () => Promise.reject(new Error('asked')) })

    expect(await source({ ...QUERY, toMs: FROM + MINUTE - 1 }, AbortSignal.timeout(5000))).toEqual([])
  })

  const ERROR = JSON.stringify({ status: 'error', errorType: 'execution', error: `about ${SECRET}` })
  it.each<[string, number, string, string, string | RegExp]>([
    ['401', 401, 'Unauthorized', 'METRICS_DENIED', /answered 401: check its token/],
    ['403', 403, ERROR, 'METRICS_DENIED', /answered 403 \(execution\)/],
    ['404', 404, '<html>', 'METRICS_REFUSED', /answered 404: check its URL/],
    ['422', 422, ERROR, 'METRICS_REFUSED', /answered 422 \(execution\)/],
    ['429', 429, '', 'METRICS_UNAVAILABLE', /answered 429/],
    ['503', 503, `<p>${SECRET}`, 'METRICS_UNAVAILABLE', /answered 503\.$/],
    ['a page', 200, `<html>${SECRET}</html>`, 'METRICS_UNREADABLE', /other than JSON/],
    ['nothing', 200, '', 'METRICS_UNREADABLE', /other than JSON/],
    ['null', 200, 'null', 'METRICS_UNREADABLE', /API promises/],
    ['an error with 200', 200, ERROR, 'METRICS_UNREADABLE', /without success/],
    [
      'a vector',
      200,
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      'METRICS_UNREADABLE',
      /matrix/,
    ],
    [
      'a part',
      200,
      '{"status":"success","warnings":["remote read failed"],"data":{"resultType":"matrix","result":[]}}',
      'METRICS_UNREADABLE',
      /warnings/,
    ],
    [
      'a value that is a number',
      200,
      matrix([
        {
          metric: { __name__: 'appconfig_kit_requests_total', feature_flag_version: 'v1' },
          values: [[1, 2]],
        },
      ]),
      'METRICS_UNREADABLE',
      /value that is none/,
    ],
  ])('that answers %s is refused', async (_title, status, body, code, text) => {
    const url = await serverWith((_request, response) => {
      response.statusCode = status
      response.end(body)
    })

    const failure = await sourceOf(url)(QUERY, AbortSignal.timeout(5000)).catch((error) => error)

    expect(failure).toMatchObject({ name: 'MetricsError', code, message: expect.stringMatching(text) })
    expect(String(failure)).not.toContain(SECRET)
  })

  it('that sends without end is left', async () => {
    const url = await serverWith((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(1024 * 1024)));
      }
      response.on('drain', more)
      more()
    })

    const failure = await sourceOf(url)(QUERY, AbortSignal.timeout(20_000)).catch((error) => error)

    expect(failure).toMatchObject({
      code: 'METRICS_UNREADABLE',
      message: expect.stringContaining('intervalSeconds'),
    })
  })

  it('that does not answer is waited for until the signal', async () => {
    const waiting = new AbortController()
    const url = await serverWith(() => waiting.abort())

    const failure = await sourceOf(url)(QUERY, waiting.signal).catch((error) => error)

    expect(failure).toMatchObject({
      code: 'METRICS_UNAVAILABLE',
      message: expect.stringContaining('in time'),
    })
  })

  it('that redirects gets no headers sent elsewhere', async () => {
    let isAsked = false
    const other = await serverWith((_request, response) => {
      isAsked = true
      response.end(matrix([]))
    })
    const url = await serverWith((_request, response) => {
      response.writeHead(302, { location: other }).end()
    })

    const failure = await sourceOf(url)(QUERY, AbortSignal.timeout(5000)).catch((error) => error)

    expect(failure).toMatchObject({ code: 'METRICS_UNAVAILABLE' })
    expect(isAsked).toBe(false)
  })

  it.each([
    ['ftp://x', {}],
    ['not a url', {}],
    [`http://user:${SECRET}@127.0.0.1`, {}],
    [`http://127.0.0.1/?token=${SECRET}`, {}],
    ['http://127.0.0.1', { intervalSeconds: 0 }],
    ['http://127.0.0.1', { intervalSeconds: 1.5 }],
    ['http://127.0.0.1', { intervalSeconds: Number.NaN }],
  ])('cannot be %s with %o', (url, options) => {
    const make = () => prometheusCounts({ url, ...options })

    expect(make).toThrow(expect.objectContaining({ name: 'RolloutError', code: 'OPTION_INVALID' }))
    expect(make).not.toThrow(SECRET)
  })
})
