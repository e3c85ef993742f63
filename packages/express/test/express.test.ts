import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import express5, { type ErrorRequestHandler, type RequestHandler } from 'express'
import express4 from 'express4'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import {
  appConfig,
  createAppConfig,
  flagged,
  isEnabled,
  memory,
  requireFlag,
  tryCurrentConfig,
} from '../src/index.ts'

const OPTIONS = { application: 'api', environment: 'dev', layers: ['default'] }
const answer =
  (text: string): RequestHandler =>
  (_req, res) =>
    void res.send(text)
const showError: ErrorRequestHandler = (error, _req, res, _next) => {
  res
    .status(error.status ?? 500)
    .set(error.headers ?? {})
    .json({ code: error.code, message: error.message })
}

function configured(express: typeof express5, documents: object = { default: { on: true, off: false } }) {
  const source = memory(documents as Record<string, object>)
  const app = express()
  app.use(appConfig({ ...OPTIONS, source }))
  return { app, source }
}

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('on %s', (_, express) => {
  describe('flagged', () => {
    it.each([
      ['on', 'new'],
      ['off', 'old'],
      ['unknown', 'old'],
    ])('of a flag that is %s runs the %s handler', async (flag, expected) => {
      const { app } = configured(express)
      app.get('/', flagged(flag, answer('old'), answer('new')))
      app.get('/named', flagged(flag, { old: answer('old'), new: answer('new') }))
      app.use(showError)
      expect((await request(app).get('/')).text).toBe(expected)
      expect((await request(app).get('/named')).text).toBe(expected)
    })

    it('takes lists, lists in lists, and goes through them in order', async () => {
      const { app } = configured(express)
      const step =
        (name: string): RequestHandler =>
        (_req, res, next) => {
          res.append('X-Step', name)
          next()
        }
      app.get('/', flagged('on', answer('old'), [step('a'), [step('b'), [step('c')]], answer('new')]))
      const response = await request(app).get('/')
      expect(response.text).toBe('new')
      expect(response.headers['x-step']).toBe('a, b, c')
    })

    it('takes routers, with the parameters of the route before them', async () => {
      const { app } = configured(express)
      const router = express.Router({ mergeParams: true })
      router.get('/items/:item', (req, res) => void res.json({ ...req.params, base: req.baseUrl }))
      app.use('/shops/:shop', flagged('on', answer('old'), router))
      const { body } = await request(app).get('/shops/7/items/8')
      expect(body).toEqual({ shop: '7', item: '8', base: '/shops/7' })
    })

    it('passes on when its handlers do', async () => {
      const { app } = configured(express)
      app.get(
        '/',
        flagged('on', answer('old'), (_req, _res, next) => next()),
        answer('after'),
      )
      app.get(
        '/route',
        flagged('on', answer('old'), [(_req, _res, next) => next('route'), answer('never')]),
        answer('never'),
      )
      app.get('/route', answer('next route'))
      expect((await request(app).get('/')).text).toBe('after')
      expect((await request(app).get('/route')).text).toBe('next route')

      const router = express.Router()
      router.get(
        '/router',
        flagged('on', answer('old'), [(_req, _res, next) => next('router'), answer('never')]),
        answer('never'),
      )
      router.get('/router', answer('never'))
      app.use(router)
      app.get('/router', answer('behind the router'))
      expect((await request(app).get('/router')).text).toBe('behind the router')
    })

    it.each<[string, RequestHandler]>([
      ['thrown', () => raise()],
      ['rejected', async () => raise()],
      ['passed to next', (_req, _res, next) => next(new Error('boom'))],
    ])(
      'sends an error that was %s to the error handlers of its own list first, then to the app’s',
      async (_how, failing) => {
        const { app } = configured(express)
        const mend: ErrorRequestHandler = (error, _req, res, _next) =>
          void res.send(`mended ${error.message}`)
        app.get('/own', flagged('on', answer('old'), [failing, answer('never'), mend]))
        app.get('/app', flagged('on', answer('old'), [failing, answer('never')]))
        app.use(showError)
        expect((await request(app).get('/own')).text).toBe('mended boom')
        expect((await request(app).get('/app')).body.message).toBe('boom')
      },
    )

    it.each<[string, () => unknown]>([
      ['a promise', () => Promise.reject(new Error('boom'))],
      ['a thenable', () => thenable(new Error('boom'))],
      ['nothing, after a turn of the event loop', async () => nextTurn().then(raise)],
    ])(
      'answers when a handler that gave %s fails, and when it rejects without a reason',
      async (_, failing) => {
        const { app } = configured(express)
        app.get('/', flagged('on', answer('old'), failing as RequestHandler))
        app.get(
          '/without',
          flagged('on', answer('old'), () => Promise.reject(undefined)),
        )
        app.use(showError)
        expect((await request(app).get('/')).body.message).toBe('boom')
        expect((await request(app).get('/without')).status).toBe(500)
      },
    )

    describe('mounts an application as app.use does:', () => {
      const shop = (name: string) => {
        const sub = express()
        const mounted: unknown[] = []
        sub.on('mount', (parent) => mounted.push(parent))
        sub.get('/ip', (req, res) => {
          res.json([
            name,
            sub.mountpath,
            (sub as unknown as { parent: unknown }).parent === mounted[0],
            mounted.length,
            req.ip,
            req.baseUrl,
          ])
        })
        return sub
      }
      const viaProxy = (app: express5.Application, path: string) =>
        request(app).get(path).set('X-Forwarded-For', '203.0.113.7')

      it('it knows where it is, inherits settings, and leaves no trace on what it passes on', async () => {
        const { app } = configured(express)
        app.set('trust proxy', true)
        app.use('/m', shop('mounted'))
        app.use('/g', flagged('on', shop('old'), shop('new')))
        app.use('/off', flagged('off', shop('old'), shop('new')))
        app.use(
          '/list',
          flagged('on', answer('old'), [shop('new'), (req, res) => void res.json(req.app === app)]),
        )
        app.use('/deep', flagged('on', answer('old'), flagged('off', shop('inner'), answer('new'))))
        app.use('/variants', flagged.variants('on', { only: shop('only') }))
        app.use((req, res) => void res.status(404).json([req.app === app, res.app === app]))
        for (const [path, name] of [
          ['/m', 'mounted'],
          ['/g', 'new'],
          ['/off', 'old'],
          ['/list', 'new'],
          ['/deep', 'inner'],
          ['/variants', 'only'],
        ] as const) {
          expect((await viaProxy(app, `${path}/ip`)).body).toEqual([name, path, true, 1, '203.0.113.7', path])
        }
        for (const path of ['/m/none', '/g/none', '/deep/none', '/variants/none'])
          expect((await viaProxy(app, path)).body).toEqual([true, true])
        expect((await viaProxy(app, '/list/none')).body).toBe(true)
      })

      it('an error it passes on finds the parent, too', async () => {
        const { app } = configured(express)
        const sub = express()
        sub.use(() => raise())
        app.use(flagged('on', answer('old'), sub))
        const show: ErrorRequestHandler = (error, req, res, _next) =>
          void res.json([error.message, req.app === app])
        app.use(show)
        expect((await request(app).get('/')).body).toEqual(['boom', true])
      })
    })

    it('refuses at once what is no handler', () => {
      for (const wrong of [undefined, [], 'handler', [answer('x'), null]]) {
        expect(() => flagged('on', answer('old'), wrong as never)).toThrow(
          expect.objectContaining({ code: 'OPTIONS_INVALID' }),
        )
      }
      expect(() => flagged('' as never, answer('old'), answer('new'))).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID' }),
      )
    })
  })

  describe('flagged.variants', () => {
    const CHECKOUT = {
      _variants: [
        { name: 'oneClick', enabled: true, rule: '(eq $country "DE")' },
        { name: 'unlisted', enabled: true, rule: '(eq $country "FR")' },
        { name: 'control', enabled: false },
      ],
    }

    it('runs the handlers of the variant the request has; without one, or of one not listed, the first', async () => {
      const source = memory({ default: { checkout: CHECKOUT, plain: true } })
      const app = express()
      app.use(appConfig({ ...OPTIONS, source, context: (req) => ({ country: String(req.query['c']) }) }))
      const handlers = { control: answer('control'), oneClick: [answer('oneClick')] }
      app.get('/', flagged.variants('checkout', handlers))
      app.get('/plain', flagged.variants('plain', handlers))
      for (const [path, expected] of [
        ['/?c=DE', 'oneClick'],
        ['/?c=US', 'control'],
        ['/?c=FR', 'control'],
        ['/plain', 'control'],
      ] as const) {
        expect((await request(app).get(path)).text).toBe(expected)
      }
    })

    it('refuses at once a list without handlers', () => {
      for (const wrong of [{}, undefined, { control: [] }]) {
        expect(() => flagged.variants('checkout', wrong as never)).toThrow(
          expect.objectContaining({ code: 'OPTIONS_INVALID' }),
        )
      }
    })
  })

  describe('requireFlag', () => {
    it('lets pass while on, hides the route while off, and says what it was told to', async () => {
      const { app } = configured(express)
      app.get('/on', requireFlag('on'), answer('here'))
      app.get('/off', requireFlag('off'), answer('here'))
      app.get('/error', requireFlag('off', { asError: true }), answer('here'))
      app.get('/payment', requireFlag('unknown', { status: 402 }), answer('here'))
      app.use(showError)
      expect((await request(app).get('/on')).text).toBe('here')
      expect(await request(app).get('/off')).toMatchObject({
        status: 404,
        text: expect.stringContaining('Cannot GET /off'),
      })
      expect(await request(app).get('/error')).toMatchObject({ status: 404, body: { code: 'FLAG_OFF' } })
      expect((await request(app).get('/payment')).status).toBe(402)
      // @ts-expect-error handlers stand behind a gate
      expect(() => requireFlag('on', answer('here'))).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID' }),
      )
      // @ts-expect-error the same
      expect(() => requireFlag('on', () => {})).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
      // @ts-expect-error the same
      expect(() => requireFlag('on', [answer('here')])).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID' }),
      )
      expect(() => requireFlag('on', { status: 200 })).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID' }),
      )
    })
  })

  it('a flag asked for without the middleware is a wiring error, not "off"', async () => {
    const app = express()
    app.get('/flagged', flagged('on', answer('old'), answer('new')))
    app.get('/gate', requireFlag('on'), answer('here'))
    app.use(showError)
    for (const path of ['/flagged', '/gate']) {
      expect(await request(app).get(path)).toMatchObject({
        status: 500,
        body: { code: 'MIDDLEWARE_MISSING' },
      })
    }
  })

  it('mounting twice with one client is harmless; with two it is an error', async () => {
    const client = createAppConfig({ ...OPTIONS, source: memory({ default: { a: 1 } }) })
    const app = express()
    app.use(appConfig({ client }))
    app.use('/twice', appConfig({ client }), (req, res) => void res.json(req.config))
    app.use('/other', appConfig({ ...OPTIONS, source: memory({ default: { a: 2 } }) }), answer('never'))
    app.use(showError)
    expect((await request(app).get('/twice')).body).toEqual({ a: 1 })
    expect(await request(app).get('/other')).toMatchObject({ status: 500, body: { code: 'CLIENT_CONFLICT' } })
  })

  it('an async tenant resolver that rejects, and one that throws, reach the error handling', async () => {
    for (const tenant of [() => raise(), async () => raise()]) {
      const app = express()
      app.use(appConfig({ ...OPTIONS, source: memory({ default: {} }), tenant }))
      app.use(answer('never'))
      app.use(showError)
      expect((await request(app).get('/')).body.message).toBe('boom')
    }
  })

  it('one request sees one configuration, whatever is deployed meanwhile', async () => {
    const source = memory({ default: { version: 1, featureA: false } })
    const config = appConfig({ ...OPTIONS, source })
    const own = express()
    own.use(config)
    const sub = express.Router()
    sub.use(appConfig({ client: config.client }))
    sub.get('/', flagged('featureA', answer('old'), answer('new')))
    own.get('/concurrent', (req, res) => void res.json(req.config))
    own.use('/', async (req, res, next) => {
      const before = req.config
      source.publish('default', { version: 2, featureA: true })
      // Only once the new one is served is "still the old one" worth anything.
      while ((config.client.peek() as { version: number }).version !== 2)
        await new Promise((resolve) => setImmediate(resolve))
      const concurrent = await fetch(`http://127.0.0.1:${port}/concurrent`).then((response) =>
        response.json(),
      )
      expect(concurrent).toEqual({ version: 2, featureA: true })
      res.set('X-Same', String(req.config === before && !isEnabled(req.config, 'featureA')))
      next()
    })
    own.use('/', sub)
    own.use(showError)
    const server = own.listen(0)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/`)
    expect(await response.text()).toBe('old')
    expect(response.headers.get('x-same')).toBe('true')
    expect(await (await fetch(`http://127.0.0.1:${port}/concurrent`)).json()).toEqual({
      version: 2,
      featureA: true,
    })
    server.close()
    server.closeAllConnections()
  })

  it('a request that leaves a mounted application keeps the configuration it got there', async () => {
    const variants = [
      { name: 'new', enabled: true, rule: '(eq $user "ann")' },
      { name: 'old', enabled: false },
    ]
    const source = memory({ default: { flag: { _variants: variants } } })
    const [own, mounted] = [express(), express()]
    mounted.use(
      appConfig({ ...OPTIONS, source, context: (req) => ({ user: req.headers['x-user'] as string }) }),
    )
    own.use('/', mounted)
    own.get('/', (req, res) => void res.json([req.config, Object.hasOwn(req, 'config')]))
    const asked = (user: string) => request(own).get('/').set('x-user', user)
    expect((await asked('ann')).body).toEqual([{ flag: { _variant: 'new', enabled: true } }, false])
    expect((await asked('bob')).body).toEqual([{ flag: { _variant: 'old', enabled: false } }, false])
  })

  it('listeners of requests and responses have the async context of their own, which defines nothing on them', async () => {
    const source = memory({ default: {}, 'tenant-ann': { name: 'ann' }, 'tenant-bob': { name: 'bob' } })
    const [own, mounted] = [express(), express()]
    const layers = ['default', ({ id }: { id: string }) => `tenant-${id}`]
    const tenant = (req: { headers: object }) => (req.headers as { 'x-user': string })['x-user']
    own.use('/', mounted)
    mounted.use(appConfig({ ...OPTIONS, layers, source, tenant, asyncContext: true }))
    const heard: unknown[][] = []
    const closed: Promise<unknown>[] = []
    mounted.post('/', (req, res) => {
      const events: unknown[] = [Object.hasOwn(req, 'emit') || Object.hasOwn(res, 'emit')]
      const listen = (event: string) => () => void events.push(event, tryCurrentConfig()?.['name'])
      req.on('data', listen('data')).on('end', listen('end'))
      req.on('end', () => res.send(''))
      res.on('finish', listen('finish')).on('close', listen('close'))
      heard.push(events)
      closed.push(once(res, 'close'))
    })
    for (const user of ['ann', 'bob']) await request(own).post('/').set('x-user', user).send('text')
    await Promise.all(closed)

    expect(heard).toEqual(
      ['ann', 'bob'].map((name) => [false, 'data', name, 'end', name, 'finish', name, 'close', name]),
    )
  })

  it('answers 503 with Retry-After while there is no configuration; skipped routes stay up', async () => {
    const source = memory()
    source.failWith(new Error('down'))
    const app = express()
    app.use(appConfig({ ...OPTIONS, source, skip: (req) => req.path === '/health' }))
    app.get('/health', answer('up'))
    app.get('/', answer('never'))
    app.use(showError)
    const response = await request(app).get('/')
    expect(response.status).toBe(503)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect((await request(app).get('/health')).text).toBe('up')
  })

  it('answers 4xx to requests of bad or missing tenants', async () => {
    const app = express()
    app.use(
      appConfig({
        ...OPTIONS,
        source: memory({ default: {} }),
        tenant: (req) => req.query['t'] as string | undefined,
      }),
    )
    app.use(answer('here'))
    app.use(showError)
    expect((await request(app).get('/?t=t-01')).text).toBe('here')
    expect(await request(app).get('/?t=../x')).toMatchObject({
      status: 400,
      body: { code: 'TENANT_ID_INVALID' },
    })
    expect(await request(app).get('/')).toMatchObject({ status: 400, body: { code: 'TENANT_MISSING' } })
  })
})

describe('options', () => {
  it('that are wrong are refused when the middleware is made', () => {
    const source = memory({ default: {} })
    expect(() => appConfig({ ...OPTIONS, source, tenants: 1 } as never)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    )
    expect(() => appConfig({ ...OPTIONS, source, tenant: 'x' } as never)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    )
    expect(() =>
      appConfig({ client: createAppConfig({ ...OPTIONS, source }), application: 'x' } as never),
    ).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
    expect(() => appConfig({ ...OPTIONS, source, layers: [(t) => t.id] })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('APPCONFIG_TENANT_HEADER') }),
    )
  })
})

function raise(): never {
  throw new Error('boom')
}

/** A promise of another make, which rejects. */
function thenable(error: Error): object {
  const rejecting = (_resolve: unknown, reject: (reason: unknown) => void): unknown =>
    setImmediate(reject, error)
  return Object.defineProperty({}, 'then', { value: rejecting })
}
