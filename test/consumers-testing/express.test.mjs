// A user's tests of an Express API, in vitest.

import { bothSides, flagReport, requestWith, testAppConfig, testConfig } from '@appconfig-kit/express/testing'
import request from 'supertest'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import application from './express-app.cjs'

const { createApp, search } = application

const config = testConfig(
  { featureA: false, beta: false, idle: true, limit: 10 },
  { tenants: { acme: { limit: 99 } } },
)
const api = createApp(testAppConfig(config))
afterEach(() => config.reset())
afterAll(() => console.log(flagReport()))

bothSides(
  'featureA',
  (isOn) => {
    it('searches', async () => {
      config.set('featureA', isOn)
      const { body } = await request(api).get('/search')
      expect(body).toEqual({ search: isOn ? 'new' : 'old', limit: 10 })
    })

    it('searches without a server', () => {
      const answers = []
      search(requestWith({ featureA: isOn, limit: 1 }), { json: (answer) => answers.push(answer) }, () => {})
      expect(answers).toEqual([{ search: isOn ? 'new' : 'old', limit: 1 }])
    })
  },
  { describe },
)

it("has a tenant's own values", async () => {
  const { body } = await request(api).get('/search').set('x-test-tenant', 'acme')
  expect(body).toEqual({ search: 'old', limit: 99 })
})

it('has a gate that a change opens for the next request', async () => {
  const before = await request(api).get('/beta')
  config.set('beta', true)
  const after = await request(api).get('/beta')
  expect([before.status, after.status]).toEqual([404, 200])
})

it('leaves a request that runs as it is', async () => {
  api.locals.between = () => config.set('featureA', true)
  const running = await request(api).get('/twice')
  const next = await request(api).get('/twice')
  expect([running.body, next.body]).toEqual([
    [false, false],
    [true, true],
  ])
})
