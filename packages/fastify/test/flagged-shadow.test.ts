import { type AppConfigEvents, createAppConfig, memory } from '@appconfig-kit/core'
import fastify from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { appConfig, flagged } from '../src/index.ts'

/** JSON of which the route's schema sends a part, and `JSON.stringify` can't write the rest. */
const unwritable = () => ({ hits: 3, total: 3n })
const schema = { response: { 200: { type: 'object', properties: { hits: { type: 'number' } } } } }

it.each([
  ['the answering side', unwritable, () => ({ hits: 3 }), 'notCompared'],
  ['the other side', () => ({ hits: 3 }), unwritable, 'failed'],
])('what can not be compared of %s harms nothing', async (_side, old, next, outcome) => {
  const source = memory({ default: { featureA: false } })
  const client = createAppConfig({ application: 'api', environment: 'dev', layers: ['default'], source })
  const told = new Promise<AppConfigEvents['shadow']>((resolve) => client.on('shadow', resolve))
  const app = fastify()
  onTestFinished(async () => {
    await app.close()
    await client.close()
  })
  app.register(appConfig, { client })
  app.get(
    '/search',
    { schema },
    flagged.shadow(
      'featureA',
      async () => old(),
      async () => next(),
      { sample: 1 },
    ),
  )
  const url = await app.listen({ port: 0, host: '127.0.0.1' })

  expect(await (await fetch(`${url}/search`)).json()).toEqual({ hits: 3 })

  expect(await told).toMatchObject({ outcome })
})
