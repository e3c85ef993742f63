import * as core from '@appconfig-kit/core'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { expect, test } from 'vitest'
import expected from './expected.cjs'
import useEverything from './use-everything.cjs'

test('in vitest', async () => {
  const local = await startLocalAppConfig()
  try {
    expect(await useEverything(core, local)).toEqual(expected)
  } finally {
    await local.close()
  }
})
