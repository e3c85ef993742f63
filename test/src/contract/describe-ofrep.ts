/**
 * What every adapter owes to OpenFeature's remote protocol, run over real servers.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createAppConfig, type JsonObject, type MemorySource, memory } from '@appconfig-kit/core'
import type { OfrepOptions } from '@appconfig-kit/core/ofrep'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppUnderTest, RunningServer } from './describe-adapter.ts'

/** What a server of the protocol is started with. */
export interface OfrepUnderTest {
  /** The adapter's options. */
  readonly options: Pick<AppUnderTest['options'], 'client' | 'tenant' | 'context'>
  readonly ofrepOptions: OfrepOptions
  /** Where the tenant is found: by the middleware, or by the handler's own option. */
  readonly tenantBy: 'middleware' | 'handler'
  /** Whether something before it reads the bodies of requests. */
  readonly parsesBefore: boolean
}

export interface OfrepServerUnderTest {
  /** Starts a server with the protocol and `GET /page`: what `firstPaint` gives, as text. */
  start(app: OfrepUnderTest): Promise<RunningServer>
  /** Whether the framework reads bodies before, and has its own answers to what is no JSON. @default false */
  readonly parsesAlways?: boolean
  /** Where there is one way only. */
  readonly tenantOnlyBy?: OfrepUnderTest['tenantBy']
}

const ON = { enabled: true }
const CHECKOUT = {
  _variants: [
    { name: 'oneClick', enabled: true, rule: '(eq $country "DE")', attributeValues: { limit: 5 } },
    { name: 'classic', enabled: true, attributeValues: { limit: 3 } },
  ],
}
const BASE = {
  featureA: false,
  plain: true,
  secret: 'swordfish',
  color: { enabled: true, value: 'red' },
  checkout: CHECKOUT,
  off: { enabled: false },
}
const EXPOSE = ['featureA', 'plain', 'color', 'checkout', 'checkout.limit', 'off', 'unheardOf']

export function describeOfrep(
  name: string,
  { start, parsesAlways = false, tenantOnlyBy }: OfrepServerUnderTest,
): void {
  const tenantBy = (['middleware', 'handler'] as const).filter((by) => by === (tenantOnlyBy ?? by))

  describe(`${name} and OFREP:`, () => {
    let source: MemorySource
    let clock: ManualClock
    let client: AppUnderTest['options']['client']
    let server: RunningServer
    const streams: AbortController[] = []

    beforeEach(() => {
      source = memory({
        default: BASE,
        'tenant-t1': { featureA: ON },
        'tenant-t2': { color: { enabled: false } },
      })
      clock = manualClock()
    })
    afterEach(async () => {
      for (const stream of streams.splice(0)) stream.abort()
      await server.close()
      await client.close()
    })

    async function serve(
      options: Partial<OfrepOptions> = {},
      more: Partial<Omit<OfrepUnderTest, 'ofrepOptions'>> = {},
    ): Promise<void> {
      client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default', (tenant) => `tenant-${tenant.id}`],
        source,
        clock,
        logger: false,
        telemetry: {},
      })
      server = await start({
        options: {
          client,
          tenant: ({ headers }) => {
            const tenant = headers['x-tenant'] as string | undefined
            return tenant === 'none' ? null : tenant
          },
          context: ({ headers }) => ({ country: String(headers['x-country'] ?? 'FR') }),
        },
        ofrepOptions: { expose: EXPOSE, ...options },
        tenantBy: 'middleware',
        parsesBefore: false,
        ...more,
      })
    }

    async function post(path: string, body: unknown = {}, headers: Record<string, string> = {}) {
      const response = await fetch(`${server.url}/ofrep/v1/evaluate/flags${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tenant': 't1', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
    }
    const valuesOf = ({ json }: Awaited<ReturnType<typeof post>>): Record<string, unknown> =>
      Object.fromEntries(json().flags.map((flag: { key: string; value: unknown }) => [flag.key, flag.value]))

    async function deploy(
      profile: string,
      document: JsonObject,
      seen: (config: JsonObject) => boolean,
      tenant = 't1',
    ) {
      source.publish(profile, document)
      await client.resolve(tenant)
      while (!seen(client.peek(tenant) as JsonObject)) await nextTurn()
    }

    /** A stream of changes, as a page that is sent there by the answer opens it. */
    async function listen(uri: string, headers: Record<string, string> = { 'x-tenant': 't1' }) {
      const abort = new AbortController()
      streams.push(abort)
      const response = await fetch(new URL(uri, server.url), { headers, signal: abort.signal })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      return {
        status: response.status,
        headers: response.headers,
        close: () => abort.abort(),
        text: () => text,
        /** Reads until the text matches, or to its end. */
        async read(until?: RegExp): Promise<string> {
          while (until === undefined || !until.test(text)) {
            const part = await reader?.read()
            if (part?.value === undefined) return text
            text += part.value
          }
          const read = text
          text = ''
          return read
        },
      }
    }
    const uriOf = async (headers: Record<string, string> = {}): Promise<string> =>
      (await post('', {}, headers)).json().eventStreams[0].endpoint.requestUri

    it('answers all exposed flags of the tenant, and nothing else', async () => {
      await serve()
      const answer = await post('')

      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.json()).toEqual({
        flags: [
          { key: 'featureA', value: true, reason: 'STATIC' },
          { key: 'plain', value: true, reason: 'STATIC' },
          { key: 'color', value: 'red', reason: 'STATIC' },
          { key: 'checkout', value: true, reason: 'DEFAULT', variant: 'classic' },
          { key: 'checkout.limit', value: 3, reason: 'DEFAULT', variant: 'classic' },
          { key: 'off', value: false, reason: 'DISABLED' },
        ],
        eventStreams: [
          {
            type: 'sse',
            endpoint: { requestUri: expect.stringMatching(/^\/ofrep\/v1\/change-stream\?since=\w{14}$/) },
            inactivityDelaySec: 120,
          },
        ],
      })
      expect(answer.text).not.toMatch(/swordfish|prod|tenant-/)
    })

    it('answers one flag, and one that is not exposed as one that does not exist', async () => {
      await serve()

      expect((await post('/featureA')).json()).toEqual({ key: 'featureA', value: true, reason: 'STATIC' })
      expect((await post('/checkout.limit', {}, { 'x-country': 'DE' })).json()).toEqual({
        key: 'checkout.limit',
        value: 5,
        reason: 'TARGETING_MATCH',
        variant: 'oneClick',
      })
      const hidden = await post('/secret')
      const unknown = await post('/no%2Fsuch')
      const absent = await post('/unheardOf')
      for (const each of [hidden, unknown, absent]) expect(each.status).toBe(404)
      expect(hidden.json()).toEqual({
        key: 'secret',
        errorCode: 'FLAG_NOT_FOUND',
        errorDetails: 'there is no such flag',
      })
      expect(hidden.text.replace('secret', 'no/such')).toBe(unknown.text)
      expect(absent.text.replace('unheardOf', 'no/such')).toBe(unknown.text)
    })

    it('tells the decision about a flag that is asked for by its name', async () => {
      await serve()
      const told: unknown[] = []
      client.on('decision', ({ flag, variant }) => told.push([flag, variant]))

      await post('/checkout.limit', {}, { 'x-country': 'DE' })
      await post('/secret')
      await post('')
      expect(told).toEqual([['checkout', 'oneClick']])
    })

    it('says where a flag is from only if told to', async () => {
      await serve({ metadata: true })

      expect((await post('/featureA')).json().metadata).toEqual({
        flagSetId: 'api/prod/tenant-t1',
        version: expect.stringMatching(/^[0-9a-f]+$/),
        layer: 'tenant-t1',
      })
    })

    it('takes the tenant from authentication, whatever the question says', async () => {
      await serve({ contextKeys: ['targetingKey', 'tenant', 'country'] })
      const own = valuesOf(await post('', {}, { 'x-tenant': 't2' }))
      expect(own).toMatchObject({ featureA: false, color: false })

      for (const context of [
        { targetingKey: 't1' },
        { targetingKey: 't1', tenant: 't1', tenantId: 't1', id: 't1', tier: 'pro', cell: 'prod' },
        { tenant: { id: 't1' } },
      ])
        for (const body of [{ context }, { context, targetingKey: 't1', tenant: 't1' }]) {
          expect(valuesOf(await post('', body, { 'x-tenant': 't2' }))).toEqual(own)
          expect((await post('/featureA', body, { 'x-tenant': 't2' })).json().value).toBe(false)
        }
    })

    it.each([false, true])(
      'lets rules use of the question what is listed, and no more (%s)',
      async (isListed) => {
        await serve(isListed ? { contextKeys: ['plan', 'country'] } : {})
        const pro = { name: 'pro', enabled: true, rule: '(eq $plan "pro")' }
        source.publish('tenant-t1', { checkout: { _variants: [pro, ...CHECKOUT._variants] } })
        const chosen = async (context: object): Promise<unknown> =>
          (await post('/checkout', { context })).json().variant

        expect(await chosen({ plan: 'pro' })).toBe(isListed ? 'pro' : 'classic')
        expect(valuesOf(await post('', { context: { plan: 'pro' } }))['checkout.limit']).toBe(
          isListed ? undefined : 3,
        )
        expect(await chosen({ plan: ['pro'] })).toBe('classic')
        // What the server knows wins.
        expect(await chosen({ country: 'DE' })).toBe('classic')
      },
    )

    it.each(parsesAlways ? [true] : [false, true])(
      'refuses a malformed question (read before: %s)',
      async (parsesBefore) => {
        await serve({}, { parsesBefore })

        const refusals: [unknown, string][] = [
          [{ context: 'x' }, 'INVALID_CONTEXT'],
          [{ context: [] }, 'INVALID_CONTEXT'],
          ['[]', 'PARSE_ERROR'],
        ]
        // A parser before us has its own answer to what is no JSON.
        if (!parsesBefore) refusals.push(['{"context":', 'PARSE_ERROR'], ['"x"', 'PARSE_ERROR'])
        for (const [body, errorCode] of refusals) {
          const all = await post('', body)
          expect([body, all.status, all.json().errorCode]).toEqual([body, 400, errorCode])
          expect((await post('/featureA', body)).json()).toMatchObject({ key: 'featureA', errorCode })
        }
        if (parsesAlways) return
        expect((await post('', '')).status).toBe(200)
        expect((await post('', '{"__proto__":{"context":1},"context":null}')).status).toBe(200)
      },
    )

    it('reads no more of a question than it has to', async () => {
      await serve()
      const large = JSON.stringify({ context: { text: 'x'.repeat(16_384) } })

      expect((await post('', large)).status).toBe(413)
      expect((await post('', large.slice(0, 40).padEnd(300, '"x'))).status).toBe(400)
      expect((await post('', { context: { text: 'x'.repeat(16_300) } })).status).toBe(200)
    })

    it('changes the ETag when the answer changes, and only then', async () => {
      await serve()
      const before = await post('')
      const etag = before.headers.get('etag') as string
      expect(etag).toMatch(/^"\w{14}"$/)

      const same = await post('', {}, { 'if-none-match': etag })
      expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag])
      expect((await post('', {}, { 'if-none-match': `"x", W/${etag}` })).status).toBe(304)
      expect((await post('', {}, { 'if-none-match': '"x"' })).status).toBe(200)
      // Another outcome of a rule is another answer.
      const other = await post('', {}, { 'if-none-match': etag, 'x-country': 'DE' })
      expect([other.status, other.headers.get('etag') === etag]).toEqual([200, false])

      await deploy('default', { ...BASE, secret: 'changed' }, ({ secret }) => secret === 'changed')
      expect((await post('', {}, { 'if-none-match': etag })).status).toBe(304)

      await deploy('default', { ...BASE, plain: false }, ({ plain }) => plain === false)
      const after = await post('', {}, { 'if-none-match': etag })
      expect([after.status, valuesOf(after)['plain']]).toEqual([200, false])
      expect(after.headers.get('etag')).not.toBe(etag)

      await deploy('default', BASE, ({ plain }) => plain === true)
      expect((await post('', {}, { 'if-none-match': etag })).status).toBe(304)
    })

    it.each(tenantBy)('answers without a configuration as all routes do (%s)', async (by) => {
      await serve({}, { tenantBy: by })
      source.failWith(new Error('down'))

      for (const path of ['', '/featureA']) {
        const missing = await post(path, {}, { 'x-tenant': '' })
        expect([path, missing.status]).toEqual([path, 400])
        const invalid = await post(path, {}, { 'x-tenant': '../t1' })
        expect([path, invalid.status]).toEqual([path, 400])
      }
      const asking = post('', {}, { 'x-tenant': 't9' })
      while (client.health().status === 'ok') await nextTurn()
      clock.advance(2001)
      const unavailable = await asking
      expect(unavailable.status).toBe(503)
      expect(unavailable.headers.get('retry-after')).toMatch(/^\d+$/)

      const stream = await listen('/ofrep/v1/change-stream', { 'x-tenant': '' })
      expect(stream.status).toBe(400)
    })

    it.runIf(tenantBy.includes('handler'))('finds the tenant by itself where it is told how', async () => {
      await serve({}, { tenantBy: 'handler' })

      expect(valuesOf(await post(''))).toMatchObject({ featureA: true })
      expect(valuesOf(await post('', {}, { 'x-country': 'DE' }))).toMatchObject({ 'checkout.limit': 5 })
    })

    it('answers the unknown tenant 404', async () => {
      await serve()
      const asking = post('', {}, { 'x-tenant': 't9' })

      expect((await asking).status).toBe(404)
    })

    it('tells a page that its flags have changed, and never how', async () => {
      await serve()
      const own = await listen(await uriOf())
      const other = await listen(await uriOf({ 'x-tenant': 't2' }), { 'x-tenant': 't2' })
      expect(own.headers.get('content-type')).toMatch(/^text\/event-stream/)
      await own.read(/\n\n/)
      await other.read(/\n\n/)

      // What is not exposed, and what concerns another tenant, is not told.
      await deploy('default', { ...BASE, secret: 'changed' }, ({ secret }) => secret === 'changed')
      await deploy(
        'tenant-t1',
        { featureA: false, color: { enabled: true, value: 'swordfish' } },
        ({ featureA }) => featureA === false,
      )
      expect(await own.read(/\n\n/)).toMatch(/^id: \w{14}\ndata: \{"type":"refetchEvaluation"\}\n\n$/)
      clock.advance(25_000)
      expect(await own.read(/\n\n/)).toBe(':\n\n')
      expect(await other.read(/\n\n/)).toBe(':\n\n')
      await deploy('tenant-t2', { featureA: ON }, ({ featureA }) => featureA !== false, 't2')
      expect(await other.read(/refetchEvaluation"\}\n\n/)).toMatch(/^id: \w{14}\ndata: [^\n]*\n\n$/)
    })

    it('tells it once more when other processes will have polled', async () => {
      await serve()
      const stream = await listen(await uriOf())
      await stream.read(/\n\n/)
      await deploy('default', { ...BASE, plain: false }, ({ plain }) => plain === false)
      const told = await stream.read(/refetch.*\n\n/)

      clock.advance(25_000)
      clock.advance(25_000)
      clock.advance(25_000)
      expect(await stream.read(/refetch.*\n\n/)).toBe(`:\n\n:\n\n${told}`)
      clock.advance(25_000)
      expect(await stream.read(/\n\n/)).toBe(':\n\n')
    })

    it('tells at once what has changed since the page asked, or since its stream was cut', async () => {
      await serve()
      const uri = await uriOf()
      const quiet = await (await listen(uri)).read(/\n\n/)
      expect(quiet).toMatch(/^retry: \d{4}\nid: \w{14}\n\n$/)
      const [, before = ''] = /id: (\w+)/.exec(quiet) ?? []
      expect(uri).toContain(before)

      await deploy('default', { ...BASE, plain: false }, ({ plain }) => plain === false)
      const missed = await (await listen(uri)).read(/refetch.*\n\n/)
      const [, now = ''] = /id: (\w+)/.exec(missed) ?? []
      expect(now).not.toBe(before)
      // A browser's own reconnection says what it was told last, whatever the address says.
      const again = await listen(uri, { 'x-tenant': 't1', 'last-event-id': now })
      await again.read(/\n\n/)
      clock.advance(25_000)
      expect(await again.read(/\n\n/)).toBe(':\n\n')
      const behind = await listen(await uriOf(), { 'x-tenant': 't1', 'last-event-id': before })
      expect(await behind.read(/refetch.*\n\n/)).toContain(`id: ${now}\ndata`)
    })

    it('bounds the streams, of all and of one tenant, and those that end make room', async () => {
      await serve({ changeStream: { maxStreams: 3, maxStreamsPerTenant: 2 } })
      const uri = await uriOf()
      const first = await listen(uri)
      await first.read(/\n\n/)
      expect((await listen(uri)).status).toBe(200)

      const third = await listen(uri)
      expect([third.status, third.headers.get('retry-after')]).toEqual([429, '30'])
      expect((await listen(uri, { 'x-tenant': 't2' })).status).toBe(200)
      const fourth = await listen(uri, { 'x-tenant': 't2' })
      expect([fourth.status, fourth.headers.get('retry-after')]).toEqual([503, '30'])

      first.close()
      let again = await listen(uri)
      while (again.status !== 200) again = await listen(uri)
    })

    it('counts questions, and no stream: it would be a slow request', async () => {
      await serve({ changeStream: { maxStreamSeconds: 1 } })
      const stream = await listen(await uriOf())
      await stream.read(/\n\n/)
      clock.advance(25_000)
      await stream.read()
      // Answered after the server has closed the stream.
      await fetch(server.url)

      const counted = client.usage().filter(({ profile }) => profile === 'default')
      expect(counted.reduce((all, { requests }) => all + requests, 0)).toBe(1)
    })

    it('ends a stream after its time, and all with the client', async () => {
      await serve({ changeStream: { maxStreamSeconds: 40 } })
      const uri = await uriOf()
      const old = await listen(uri)
      await old.read(/\n\n/)
      clock.advance(25_000)
      const young = await listen(uri)
      await young.read(/\n\n/)
      clock.advance(25_000)
      expect(await old.read()).toBe(':\n\n')

      await client.close()
      expect(await young.read()).toBe(':\n\n')
    })

    it('keeps a tenant warm while a page listens', async () => {
      await serve()
      const stream = await listen(await uriOf())
      await stream.read(/\n\n/)
      for (let minutes = 0; minutes < 40; minutes++) {
        clock.advance(60_000)
        await nextTurn()
      }

      expect(client.peek('t1')).toBeDefined()
      expect(client.health().warmTenants).toBe(1)
    })

    it('has no stream where it is not wanted', async () => {
      await serve({ changeStream: false })

      expect((await post('')).json()).not.toHaveProperty('eventStreams')
      expect((await listen('/ofrep/v1/change-stream')).status).toBe(404)
    })

    it('leaves everything else to the application', async () => {
      await serve()
      const headers = { 'x-tenant': 't1' }
      for (const [method, path] of [
        ['GET', '/ofrep/v1/evaluate/flags'],
        ['POST', '/ofrep/v1/change-stream'],
        ['POST', '/ofrep/v1/evaluate/flagsets'],
        ['POST', '/x/ofrep/v1/evaluate/flags'],
      ] as const)
        expect((await fetch(`${server.url}${path}`, { method, headers })).status).toBe(404)
    })

    it('gives a page what it would answer, safe inside of a script element', async () => {
      await serve({ basePath: '/somewhere' })
      await deploy('tenant-t1', { color: { enabled: true, value: '</script><!--\u2028' } }, ({ color }) =>
        JSON.stringify(color).includes('script'),
      )
      const answer = await post('')
      const page = await fetch(`${server.url}/page`, { headers: { 'x-tenant': 't1' } })
      const text = await page.text()

      expect(text).not.toMatch(/[<>\u2028]/)
      expect(JSON.parse(text)).toEqual({ etag: answer.headers.get('etag'), ...answer.json() })
      expect(answer.json().eventStreams[0].endpoint.requestUri).toMatch(
        /^\/somewhere\/ofrep\/v1\/change-stream/,
      )
    })

    it("serves OpenFeature's own server provider", async () => {
      await serve()
      const headers = { 'x-tenant': 't1' }
      await OpenFeature.setProviderAndWait(name, new OFREPProvider({ baseUrl: server.url, headers }))
      const flags = OpenFeature.getClient(name, { targetingKey: 't2', tenantId: 't2' })

      expect(await flags.getBooleanDetails('featureA', false)).toMatchObject({
        value: true,
        reason: 'STATIC',
      })
      expect(await flags.getStringValue('color', 'blue')).toBe('red')
      expect(await flags.getNumberValue('checkout.limit', 0)).toBe(3)
      expect(await flags.getBooleanValue('off', true)).toBe(false)
      expect(await flags.getStringDetails('secret', 'none')).toMatchObject({
        value: 'none',
        errorCode: 'FLAG_NOT_FOUND',
      })
      await OpenFeature.clearProviders()
    })
  })
}
