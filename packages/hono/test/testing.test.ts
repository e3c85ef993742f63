/** The kit for tests of Hono applications. */
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { flagged, requireFlag } from '../src/index.ts'
import { type TestAppConfigOptions, testAppConfig, testConfig } from '../src/testing.ts'

const config = testConfig({ featureA: false }, { tenants: { acme: { featureA: true } } })
afterEach(() => config.reset())

function application(options?: TestAppConfigOptions): Hono {
  const app = new Hono()
  app.use(testAppConfig(config, options))
  app.get(
    '/search',
    flagged(
      'featureA',
      (c) => c.text('old'),
      (c) => c.text('new'),
    ),
  )
  app.get('/beta', requireFlag('featureA'), (c) => c.text('in'))
  return app
}

describe('testAppConfig', () => {
  it('serves what is set, to requests of the tenant in the header', async () => {
    const app = application()
    const search = async (headers = {}) => (await app.request('/search', { headers })).text()

    expect([await search(), await search({ 'x-test-tenant': 'acme' })]).toEqual(['old', 'new'])
    expect((await app.request('/beta')).status).toBe(404)
    config.set('featureA', true)
    expect(await search()).toBe('new')
    expect(await (await app.request('/beta')).text()).toBe('in')
  })

  it("takes the application's own options", async () => {
    const app = application({ tenant: ({ headers }) => (headers['x-user'] as string) ?? null })

    expect(await (await app.request('/search', { headers: { 'x-user': 'acme' } })).text()).toBe('new')
    expect(await (await app.request('/search', { headers: { 'x-test-tenant': 'acme' } })).text()).toBe('old')
  })
})
