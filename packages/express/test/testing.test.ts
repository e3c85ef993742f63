/** The kit for tests of Express applications. */
import express, { type Response } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { appConfig, flagged, isEnabled, requireFlag } from '../src/index.ts'
import { requestWith, testAppConfig, testConfig } from '../src/testing.ts'

describe('testAppConfig', () => {
  it('serves what is set, to requests of the tenant in the header', async () => {
    const config = testConfig({ beta: false }, { tenants: { acme: { beta: true } } })
    const app = express()
      .use(testAppConfig(config))
      .get('/', requireFlag('beta'), (_req, res) => void res.send('in'))
    const statuses = async () => [
      (await request(app).get('/')).status,
      (await request(app).get('/').set('x-test-tenant', 'acme')).status,
      (await request(app).get('/').set('x-test-tenant', '__proto__')).status,
    ]

    expect(await statuses()).toEqual([404, 200, 400])
    config.set('beta', true)
    config.setFor('acme', 'beta', false)
    expect(await statuses()).toEqual([200, 404, 400])
  })

  it('decides a request once, before a change', async () => {
    const config = testConfig({ featureA: false })
    const app = express()
      .use(testAppConfig(config))
      .get('/', (req, res) => {
        const before = isEnabled(req.config, 'featureA')
        config.set('featureA', true)
        res.json([before, isEnabled(req.config, 'featureA'), req.config['featureA']])
      })

    expect((await request(app).get('/')).body).toEqual([false, false, false])
    expect((await request(app).get('/')).body).toEqual([true, true, true])
  })

  it("takes the application's own options, and so does appConfig with the client", async () => {
    const config = testConfig({
      checkout: {
        _variants: [
          { name: 'de', enabled: true, rule: '(and (eq $tenantId "acme") (eq $country "DE"))' },
          { name: 'all', enabled: false },
        ],
      },
    })
    const options = {
      tenant: () => 'acme',
      context: (req: express.Request) => ({ country: String(req.query['country']) }),
      skip: (req: express.Request) => req.path === '/health',
    }
    for (const middleware of [
      testAppConfig(config, options),
      appConfig({ client: config.client, ...options }),
    ]) {
      const app = express().use(middleware)
      app.get('/health', (req, res) => void res.json(req.config === undefined))
      app.get(
        '/',
        flagged(
          'checkout',
          (_req, res) => void res.send('old'),
          (_req, res) => void res.send('new'),
        ),
      )

      expect((await request(app).get('/?country=DE')).text).toBe('new')
      expect((await request(app).get('/?country=FR')).text).toBe('old')
      expect((await request(app).get('/health')).body).toBe(true)
      await middleware.close()
    }
  })

  it('is refused options that are none', () => {
    expect(() => testAppConfig(testConfig({}), { tenants: () => null } as never)).toThrow(
      /no option "tenants"/,
    )
  })
})

describe('requestWith', () => {
  it('makes requests for handlers that are called by a unit test', () => {
    const answers: string[] = []
    const res = { send: (answer: string) => answers.push(answer) } as unknown as Response
    const search = flagged(
      'featureA',
      (req, response) => void response.send(`old ${req.query['q']}`),
      (req, response) => void response.send(`new ${req.query['q']}`),
    )

    for (const featureA of [false, true])
      search(requestWith({ featureA }, { query: { q: 'x' } }), res, () => {})

    expect(answers).toEqual(['old x', 'new x'])
  })

  it('makes requests for gates', () => {
    const passed: unknown[] = []
    requireFlag('beta', { status: 403 })(requestWith({ beta: false }), {} as Response, (error) =>
      passed.push(error),
    )
    requireFlag('beta')(requestWith({ beta: true }), {} as Response, (error) => passed.push(error))

    expect(passed).toEqual([expect.objectContaining({ code: 'FLAG_OFF', status: 403 }), undefined])
  })
})
