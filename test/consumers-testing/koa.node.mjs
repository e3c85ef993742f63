// A user's tests of a Koa API, in node:test.
import { deepEqual } from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { bothSides, contextWith, testAppConfig, testConfig } from '@appconfig-kit/koa/testing'
import request from 'supertest'
import application from './koa-app.cjs'

const { createApp, search } = application

const config = testConfig({ featureA: false, limit: 10 }, { tenants: { acme: { limit: 99 } } })
const api = createApp(testAppConfig(config)).callback()
afterEach(() => config.reset())

bothSides(
  'featureA',
  (isOn) => {
    it('searches', async () => {
      config.set('featureA', isOn)
      const { body } = await request(api).get('/search').set('x-test-tenant', 'acme')
      deepEqual(body, { search: isOn ? 'new' : 'old', limit: 99 })
    })

    it('searches without a server', async () => {
      const ctx = contextWith({ featureA: isOn, limit: 1 })
      await search(ctx, async () => {})
      deepEqual(ctx.body, { search: isOn ? 'new' : 'old', limit: 1 })
    })
  },
  { describe },
)
