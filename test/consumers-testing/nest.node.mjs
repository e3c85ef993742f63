// A user's tests of a Nest API, in node:test.
import { deepEqual } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { afterEach, describe, it } from 'node:test'
import { AppConfigTestingModule, bothSides, overrideConfig, testConfig } from '@appconfig-kit/nestjs/testing'
import { Test } from '@nestjs/testing'
import request from 'supertest'
import application from './dist/nest-app.js'

// The application is CommonJS, and so is its FlagGuard.
const { FlagGuard, withConfig } = createRequire(import.meta.url)('@appconfig-kit/nestjs')
const { AppModule, SearchController } = application

const config = testConfig({ featureA: false, beta: false, limit: 10 }, { tenants: { acme: { limit: 99 } } })
let app
afterEach(async () => {
  config.reset()
  await app?.close()
  app = undefined
})

async function serve(testing) {
  app = (await testing.compile()).createNestApplication()
  await app.init()
  return request(app.getHttpServer())
}

bothSides(
  'featureA',
  (isOn) => {
    it('searches, the whole application', async () => {
      config.set('featureA', isOn)
      const api = await serve(overrideConfig(Test.createTestingModule({ imports: [AppModule] }), config))
      const { text } = await api.get('/search')
      deepEqual(text, `${isOn ? 'new' : 'old'} 99`)
    })

    it('searches, the controller alone', async () => {
      config.set('featureA', isOn)
      const imports = [AppConfigTestingModule.with(config)]
      const api = await serve(Test.createTestingModule({ imports, controllers: [SearchController] }))
      const { text } = await api.get('/search')
      deepEqual(text, `${isOn ? 'new' : 'old'} 10`)
    })

    it('searches without a server', () => {
      config.set('featureA', isOn)
      const text = withConfig(config.current(), () => new SearchController().search(1))
      deepEqual(text, `${isOn ? 'new' : 'old'} 1`)
    })
  },
  { describe },
)

it('has gates that a test opens', async () => {
  const testing = Test.createTestingModule({ controllers: [SearchController] })
  const api = await serve(testing.overrideGuard(FlagGuard).useValue({ canActivate: () => true }))
  const { text } = await api.get('/beta')
  deepEqual(text, 'in')
})
