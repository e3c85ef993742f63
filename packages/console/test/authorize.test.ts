import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Access, consoleRouter } from '../src/index.ts'
import { createWorld, post, rawRequest, serveConsole } from './served.ts'

const REQUESTS = [
  ['GET', '/'],
  ['HEAD', '/'],
  ['GET', '/console.js'],
  ['GET', '/console.css'],
  ['GET', '/state'],
  ['GET', '/state?a=b'],
  ['GET', '/events'],
  ['POST', '/explain'],
  ['POST', '/load'],
  ['POST', '/deployments'],
  ['GET', '/unknown'],
  ['GET', '/%73tate'],
  ['GET', '/console%2ejs'],
  ['GET', '/../state'],
  ['GET', '/%2e%2e/%2e%2e/package.json'],
  ['GET', '//state'],
  ['GET', 'http://elsewhere/state'],
  ['OPTIONS', '/explain'],
  ['DELETE', '/state'],
] as const

const yes = (): boolean => true

describe('without an authorization function', () => {
  it.each([
    [undefined, /consoleRouter\(\) takes an object of options/],
    [{}, /authorize must be a function, got undefined.*give a function that answers true/s],
    [{ authorize: true }, /authorize must be a function, got true/],
    [{ authorize: yes, valeus: true }, /no option "valeus". Did you mean values\?/],
    [{ authorize: yes, values: 'yes' }, /values must be true or false/],
    [{ authorize: yes, actions: true }, /actions needs deployments/],
    [{ authorize: yes, basePath: '/console/' }, /basePath must be a path/],
    [{ authorize: yes, lookEveryMs: 0 }, /lookEveryMs must be a number from 100/],
  ])('a console is not made: %o', async (options, message) => {
    const { client } = await createWorld()
    expect(() => consoleRouter(client, options as never)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringMatching(message) }),
    )
  })
})

describe('a request that is not authorized', () => {
  const refusing: [string, () => unknown][] = [
    ['false', () => false],
    ['a promise of false', async () => false],
    ['undefined', () => undefined],
    ['something truthy that is not true', () => ({ user: 'anybody' })],
  ]

  it.each(refusing)('is 403 on every path, by %s', async (_, authorize) => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client, { authorize: authorize as () => boolean, loadTenants: true })
    for (const [method, path] of REQUESTS)
      expect([path, await rawRequest(url, method, path)]).toEqual([path, { status: 403, body: '' }])
  })

  it('is 403 where authorize throws, and the process warns without the reason', async () => {
    const { client } = await createWorld()
    const authorize = () => {
      throw new TypeError('password hunter2')
    }
    const { url } = await serveConsole(client, { authorize })
    const warned = once(process, 'warning')

    expect((await fetch(`${url}/state`)).status).toBe(403)

    const [warning] = await warned
    expect(warning).toMatchObject({ code: 'CONSOLE_AUTHORIZE_FAILED' })
    expect(String(warning)).toMatch(/authorize failed with TypeError$/)
  })
})

it('authorize is asked for every request, and told who only looks', async () => {
  const { client } = await createWorld()
  const asked: [string | undefined, Access][] = []
  const { url } = await serveConsole(client, {
    authorize: ({ url: path }, access) => asked.push([path, access]) > 0,
  })
  for (const [method, path] of REQUESTS) if (path !== '/events') await rawRequest(url, method, path)

  const expected = REQUESTS.filter(([, path]) => path !== '/events').map(([, path]) => [
    path,
    path === '/deployments' ? 'act' : 'look',
  ])
  expect(asked).toEqual(expected)
})

it('knows its own paths as they are written, and no others', async () => {
  const { client } = await createWorld()
  const { url } = await serveConsole(client)
  const statuses = await Promise.all(
    REQUESTS.filter(([, path]) => path !== '/events').map(async ([method, path]) => {
      const { status } = await rawRequest(url, method, path)
      return `${method} ${path} ${status}`
    }),
  )
  expect(statuses).toEqual([
    'GET / 200',
    'HEAD / 200',
    'GET /console.js 200',
    'GET /console.css 200',
    'GET /state 200',
    'GET /state?a=b 200',
    'POST /explain 400',
    'POST /load 405',
    'POST /deployments 405',
    'GET /unknown 404',
    'GET /%73tate 404',
    'GET /console%2ejs 404',
    'GET /../state 404',
    'GET /%2e%2e/%2e%2e/package.json 404',
    'GET //state 404',
    'GET http://elsewhere/state 404',
    'OPTIONS /explain 405',
    'DELETE /state 405',
  ])
})

describe('a request that another site may have caused', () => {
  const body = { subjects: [{ tenant: null }] }

  it.each([
    ['its fetch metadata', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the site', { 'sec-fetch-site': 'same-site' }],
    ['its origin', { origin: 'https://elsewhere.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['the missing header', { 'x-appconfig-console': '' }],
    ['the type of a form', { 'content-type': 'text/plain' }],
  ])('gets no answer, by %s', async (_, headers) => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client)
    const answer = await post(`${url}/explain`, body, headers)
    expect([answer.status, await answer.text()]).toEqual([403, ''])
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ origin: 'https://elsewhere.example' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{}, 200],
  ])('does not read the state: %o', async (headers, status) => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client)
    expect((await fetch(`${url}/state`, { headers })).status).toBe(status)
  })

  it('is obeyed from the page, also behind a proxy that ends TLS', async () => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client)
    const origin = `https://${new URL(url).host}`
    expect((await post(`${url}/explain`, body, { origin })).status).toBe(200)
  })
})

it('every answer forbids scripts of others, frames and caches', async () => {
  const { client } = await createWorld()
  const { url, router } = await serveConsole(client)
  onTestFinished(() => router.close())
  for (const path of ['/', '/console.js', '/state', '/events', '/unknown']) {
    const { headers, body } = await fetch(url + path)
    await body?.cancel()
    expect([path, headers.get('content-security-policy')]).toEqual([
      path,
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    ])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})

it('the page has no script, style or handler of its own in it', async () => {
  const { client } = await createWorld()
  const { url } = await serveConsole(client)
  const page = await (await fetch(url)).text()
  expect(page).toContain('<script type="module" src="./console.js"></script>')
  expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]* src="\.\/console\.js")|https?:/)
})
