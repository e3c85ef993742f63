import { expect, it } from 'vitest'
import { createAppConfig, memory, type Source, versionOf } from '../../src/index.ts'

it('of tenants that share a configuration, none is told the entity of another', async () => {
  const source: Source = { ...memory({ default: { a: 1 } }), entityOf: ({ id }) => `entity-of-${id}` }
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: ['default'],
    source,
    logger: false,
  })
  const [one, other] = [await client.resolve('one'), await client.resolve('other')]
  expect(other).toBe(one)
  for (const config of [one, other]) {
    expect(versionOf(config)).toMatchObject([{ application: 'api', environment: 'dev', profile: 'default' }])
    expect(JSON.stringify(versionOf(config))).not.toContain('entity')
  }
  expect(JSON.stringify(client.inspect('other'))).not.toContain('entity')
  await client.close()
})
