import { Readable } from 'node:stream'
import express5, { type RequestHandler } from 'express'
import express4 from 'express4'
import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigEvents,
  appConfig,
  createAppConfig,
  flagged,
  memory,
} from '../src/index.ts'

function throwing(): never {
  throw new Error('not to be read')
}

let client: AppConfigClient
afterEach(() => client.close())

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('both sides on %s:', (_, express) => {
  function serve(path: string, old: RequestHandler, next: RequestHandler, behind?: RequestHandler) {
    client = createAppConfig({
      application: 'api',
      environment: 'dev',
      layers: ['default'],
      source: memory({ default: { featureA: false } }),
      logger: false,
    })
    const told = new Promise<AppConfigEvents['shadow']>((resolve) => client.on('shadow', resolve))
    const app = express()
    app.use(appConfig({ client }))
    app.use((_req, res, proceed) => {
      res.locals['user'] = 'ann'
      proceed()
    })
    app.use(path, flagged.shadow('featureA', old, next, { sample: 1 }))
    if (behind) app.use(behind)
    return { app, told }
  }

  it('routers see the same path, parameters, query and client', async () => {
    const router = () =>
      express
        .Router()
        .get('/:id', ({ params, baseUrl, url, query, ip, headers }, res) =>
          res.json({ params, baseUrl, url, query, ip, headers, user: res.locals['user'] }),
        )
    const { app, told } = serve('/items', router(), router())

    const { body } = await request(app).get('/items/7?q=1')

    expect(body).toMatchObject({ params: { id: '7' }, baseUrl: '/items', query: { q: '1' }, user: 'ann' })
    expect(await told).toMatchObject({ outcome: 'same' })
  })

  it('a property of the application that can not be copied leaves the request alone', async () => {
    const { app, told } = serve('/items', (_req, res) => void res.send('old'), throwing)
    const own = express()
    own.use((_req, res, next) => {
      Object.defineProperty(res.locals, 'computed', { get: throwing, enumerable: true })
      next()
    })
    own.use(app)
    expect((await request(own).get('/items')).text).toBe('old')
    expect(await told).toMatchObject({ outcome: 'failed', error: 'Error' })
  })

  it('streams are compared as what they send', async () => {
    const stream: RequestHandler = (_req, res) => void Readable.from(['a', 'b']).pipe(res.type('text'))
    const { app, told } = serve('/', stream, (_req, res) => void res.type('text').send('ab'))

    expect((await request(app).get('/')).text).toBe('ab')
    expect(await told).toMatchObject({ outcome: 'same' })
  })

  it('what the other side does to its request and response stays there', async () => {
    const spoil: RequestHandler = (req, res) => {
      req.url = '/elsewhere'
      res.locals['user'] = 'bob'
      res.set('x-spoiled', 'yes').status(500).send('no')
    }
    const { app, told } = serve('/', (req, res) => void res.send(`${req.url} ${res.locals['user']}`), spoil)

    const response = await request(app).get('/')

    expect([response.status, response.text, response.headers['x-spoiled']]).toEqual([200, '/ ann', undefined])
    expect(await told).toMatchObject({ outcome: 'different', paths: ['status', 'body'] })
  })

  it('a request that is passed on is not compared', async () => {
    const { app, told } = serve(
      '/',
      (_req, _res, next) => next(),
      (_req, res) => void res.send('new'),
      (_req, res) => void res.send('behind'),
    )

    expect((await request(app).get('/')).text).toBe('behind')
    expect(await told).toMatchObject({ outcome: 'notCompared' })
  })

  it('an error that the other side passes on is its own', async () => {
    const { app, told } = serve(
      '/',
      (_req, res) => void res.send('old'),
      (_req, _res, next) => next(new RangeError('x')),
    )

    expect((await request(app).get('/')).text).toBe('old')
    expect(await told).toMatchObject({ outcome: 'failed', error: 'RangeError' })
  })

  it('applications are refused', () => {
    expect(() => serve('/', express() as RequestHandler, (_req, res) => void res.send('new'))).toThrow(
      /flagged\.shadow\(featureA\) takes handlers and routers, got an application/,
    )
  })
})
