// A user's tests of a Koa API, in Jest.
const { bothSides, contextWith, testAppConfig, testConfig } = require('@appconfig-kit/koa/testing')
const request = require('supertest')
const { createApp, search } = require('./koa-app.cjs')

const config = testConfig({ featureA: false, limit: 10 }, { tenants: { acme: { limit: 99 } } })
const api = createApp(testAppConfig(config)).callback()
afterEach(() => config.reset())

bothSides('featureA', (isOn) => {
  it('searches', async () => {
    config.set('featureA', isOn)
    const { body } = await request(api).get('/search').set('x-test-tenant', 'acme')
    expect(body).toEqual({ search: isOn ? 'new' : 'old', limit: 99 })
  })

  it('searches without a server', async () => {
    const ctx = contextWith({ featureA: isOn, limit: 1 })
    await search(ctx, async () => {})
    expect(ctx.body).toEqual({ search: isOn ? 'new' : 'old', limit: 1 })
  })
})
