const core = require('@appconfig-kit/core')
const { startLocalAppConfig } = require('@appconfig-kit/local')
const expected = require('./expected.cjs')
const useEverything = require('./use-everything.cjs')

test('in Jest', async () => {
  const local = await startLocalAppConfig()
  try {
    expect(await useEverything(core, local)).toEqual(expected)
  } finally {
    await local.close()
  }
})
