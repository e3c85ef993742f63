/** Jest, CommonJS, Nest 11: the configuration of a module under test, in one line. */
const { Test } = require('@nestjs/testing')
const { overrideConfig } = require('@appconfig-kit/nestjs/testing')
const { AppModule } = require('./dist/app.js')

let app
afterEach(() => app.close())

it.each([
  [{ search: true, featureA: true, limit: 1 }, 200, 'new a 1 1'],
  [{ search: true, featureA: false, limit: 2 }, 200, 'old a 2 2'],
  [{ search: false }, 404, expect.stringContaining('Cannot GET')],
])('%j', async (config, status, text) => {
  const testing = await overrideConfig(Test.createTestingModule({ imports: [AppModule] }), config).compile()
  app = testing.createNestApplication()
  await app.listen(0, '127.0.0.1')

  const response = await fetch(`${await app.getUrl()}/search?q=a`, { headers: { 'x-tenant': 't1' } })

  expect([response.status, await response.text()]).toEqual([status, text])
})
