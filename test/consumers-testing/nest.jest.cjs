// A user's tests of a Nest API, in Jest.
const { FlagGuard, withConfig } = require('@appconfig-kit/nestjs')
const {
  AppConfigTestingModule,
  bothSides,
  overrideConfig,
  testConfig,
} = require('@appconfig-kit/nestjs/testing')
const { Test } = require('@nestjs/testing')
const request = require('supertest')
const { AppModule, SearchController } = require('./dist/nest-app.js')

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

bothSides('featureA', (isOn) => {
  it('searches, the whole application', async () => {
    config.set('featureA', isOn)
    const api = await serve(overrideConfig(Test.createTestingModule({ imports: [AppModule] }), config))
    const { text } = await api.get('/search')
    expect(text).toEqual(`${isOn ? 'new' : 'old'} 99`)
  })

  it('searches, the controller alone', async () => {
    config.set('featureA', isOn)
    const imports = [AppConfigTestingModule.with(config)]
    const api = await serve(Test.createTestingModule({ imports, controllers: [SearchController] }))
    const { text } = await api.get('/search')
    expect(text).toEqual(`${isOn ? 'new' : 'old'} 10`)
  })

  it('searches without a server', () => {
    config.set('featureA', isOn)
    const text = withConfig(config.current(), () => new SearchController().search(1))
    expect(text).toEqual(`${isOn ? 'new' : 'old'} 1`)
  })
})

it('has gates that a test opens', async () => {
  const testing = Test.createTestingModule({ controllers: [SearchController] })
  const api = await serve(testing.overrideGuard(FlagGuard).useValue({ canActivate: () => true }))
  const { text } = await api.get('/beta')
  expect(text).toEqual('in')
})
