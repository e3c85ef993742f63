/** The parts of OFREP that need no server: its options, what a page is given, and what a page makes of it. */

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type AppConfigClient, createAppConfig, memory, scriptJson } from '../src/index.ts'
import { createOfrep, type OfrepOptions, webStream } from '../src/ofrep.ts'
import { firstPaintOptions } from '../src/page.ts'

describe('ofrep()', () => {
  let client: AppConfigClient
  beforeAll(() => {
    client = createAppConfig({
      application: 'api',
      environment: 'dev',
      layers: ['default'],
      source: memory(),
    })
  })
  afterAll(() => client.close())

  it.each<[object, RegExp]>([
    [{}, /needs the names of the flags that may leave the server.* Got undefined/],
    [{ expose: [] }, /Got a list with "nothing in it"/],
    [{ expose: ['a', 3] }, /Got a list with 3/],
    [{ expose: ['a', ''] }, /Got a list with ""/],
    [{ expose: 'featureA' }, /Got "featureA"/],
    [{ expose: ['*'] }, /has no patterns, got "\*"/],
    [{ expose: ['a'], contextKeys: ['tenantId'] }, /"tenantId", which says who the tenant is/],
    [{ expose: ['a'], contextKeys: ['tier'] }, /"tier"/],
    [{ expose: ['a'], contextKeys: ['__proto__'] }, /"__proto__"/],
    [{ expose: ['a'], contextKeys: 'plan' }, /contextKeys must be a list of names/],
    [{ expose: ['a'], metadata: 'yes' }, /metadata must be a boolean/],
    [{ expose: ['a'], basePath: '/api/' }, /basePath must be a path/],
    [{ expose: ['a'], basePath: '//elsewhere.example' }, /basePath must be a path/],
    [{ expose: ['a'], maxBodyBytes: 1 }, /maxBodyBytes must be a whole number from 2 up/],
    [{ expose: ['a'], changeStream: { maxStreams: 0 } }, /changeStream\.maxStreams/],
    [
      { expose: ['a'], changeStream: { maxStream: 1 } },
      /has no option "maxStream"\. Did you mean maxStreams/,
    ],
    [{ expose: ['a'], exposed: ['a'] }, /no option "exposed"/],
    [{ expose: ['a'], context: () => ({}) }, /context without tenant/],
  ])('refuses %o', (options, text) => {
    const make = () => createOfrep(client, options as OfrepOptions)
    expect(make).toThrow(text)
    expect(make).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
  })

  it('refuses a request that no configuration was decided for, and one of another client', async () => {
    const flags = createOfrep(client, { expose: ['a'] })
    const ask = (key: object) =>
      flags.answer({ kind: 'all' }, { key, url: '/', header: () => undefined }, () => '')

    await expect(ask({})).rejects.toMatchObject({ code: 'MIDDLEWARE_MISSING' })
    const other = createAppConfig({
      application: 'api',
      environment: 'dev',
      layers: ['default'],
      source: memory({ default: {} }),
    })
    const key = { headers: {} }
    await createOfrep(other, { expose: ['a'], tenant: () => null }).decide(key)
    await expect(ask(key)).rejects.toMatchObject({ code: 'CLIENT_CONFLICT' })
    await other.close()
  })
})

describe('scriptJson()', () => {
  it('holds nothing that ends the element, and is the value', () => {
    const value = { a: '</script><!-- <![CDATA[ ]]> & \u2028\u2029', '</Script>': [null, 1, true] }
    const text = scriptJson(value)

    expect(text).not.toMatch(/[<>&\u2028\u2029]/)
    expect(JSON.parse(text)).toEqual(value)
    expect(scriptJson(undefined)).toBe('null')
  })
})

describe('firstPaintOptions()', () => {
  afterEach(() => void vi.unstubAllGlobals())
  const URL_OF_ALL = 'https://api.example/v/ofrep/v1/evaluate/flags'

  it.each([
    ['a text', (text: string) => text],
    ['an element', (textContent: string) => ({ textContent })],
  ])('answers the first question for all flags by what was brought: %s', async (_, brought) => {
    const asked = vi.fn(async () => new Response('later'))
    vi.stubGlobal('fetch', asked)
    const text = scriptJson({ etag: '"x"', flags: [{ key: 'a', value: true }], eventStreams: [] })
    const { cacheMode, fetchImplementation } = firstPaintOptions(brought(text))

    expect(cacheMode).toBe('disabled')
    expect(await (await fetchImplementation(`${URL_OF_ALL}/a`)).text()).toBe('later')
    const first = await fetchImplementation(new Request(`${URL_OF_ALL}?x`, { method: 'POST' }))
    expect([first.status, first.headers.get('etag'), first.headers.get('content-type')]).toEqual([
      200,
      '"x"',
      'application/json',
    ])
    expect(await first.json()).toEqual({ flags: [{ key: 'a', value: true }], eventStreams: [] })
    expect(await (await fetchImplementation(new URL(URL_OF_ALL))).text()).toBe('later')
    expect(asked).toHaveBeenCalledTimes(2)
  })

  it.each([null, undefined, '', 'no JSON', { textContent: null }, 'null'])(
    'asks the server without: %o',
    async (brought) => {
      vi.stubGlobal('fetch', async () => new Response('later'))

      expect(await (await firstPaintOptions(brought).fetchImplementation(URL_OF_ALL)).text()).toBe('later')
    },
  )
})

describe('webStream()', () => {
  it('ends once, tells of the end, and gives up on a page that reads nothing', async () => {
    const left = vi.fn()
    let sink = { send: (_: string): void => {}, end: (): void => {} }
    const stream = webStream((given) => {
      sink = given
      return left
    })
    for (let at = 0; at < 1100; at++) sink.send('x')
    expect(left).toHaveBeenCalledTimes(1)
    sink.send('x')
    sink.end()
    expect((await new Response(stream).text()).length).toBeLessThan(1100)
    expect(left).toHaveBeenCalledTimes(1)

    const gone = webStream(() => left)
    await gone.cancel()
    expect(left).toHaveBeenCalledTimes(2)
  })
})
