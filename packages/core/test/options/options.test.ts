import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type AppConfigOptions, createAppConfig, layer, memory } from '../../src/index.ts'

const good = {
  application: 'api',
  environment: 'prod-01',
  layers: ['default'],
  source: memory({ default: {} }),
}

describe('wrong options', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a misspelt option', { enviroment: 'x' }, 'enviroment'],
    ['an empty application', { application: '' }, 'application'],
    ['an environment that is no name', { environment: 7 }, 'environment must be a name'],
    ['no layers', { layers: [] }, 'layers'],
    ['a layer that is none', { layers: ['default', 7] }, 'layers[1]'],
    ['a layer polled too often', { layers: [layer('a', { pollIntervalSeconds: 5 })] }, '15 to 86400'],
    ['a section that is no function', { layers: [{ profile: 'a', section: 'x' }] }, 'layers[0].section'],
    ['the same layer twice', { layers: ['default', 'default'] }, 'LAYER_DUPLICATE'],
    ['an unknown source', { source: 'direct' }, 'source'],
    ['a schema that is none', { schema: {} }, 'schema'],
    ['an unknown onUnavailable', { onUnavailable: 'ignore' }, "'reject' or 'defaults'"],
    ['defaults served without any', { onUnavailable: 'defaults' }, 'defaults'],
    [
      'defaults that do not pass the schema',
      { onUnavailable: 'defaults', defaults: { a: 1 }, schema: z.object({ a: z.string() }) },
      'schema',
    ],
    ['defaults JSON can not hold', { defaults: { a: Number.NaN } }, 'defaults'],
    ['a pattern with state', { tenantIdPattern: /a/g }, 'tenantIdPattern'],
    ['a time that is none', { resolveTimeoutMs: -1 }, 'resolveTimeoutMs'],
    ['a clock that is none', { clock: {} }, 'clock'],
  ])('%s: an error at once that names it', (_, wrong, text) => {
    expect(() => createAppConfig({ ...good, ...wrong } as AppConfigOptions)).toThrow(
      expect.objectContaining({ code: expect.any(String), message: expect.stringContaining(text) }),
    )
  })

  it('do not quote long values', () => {
    const { message } = catchError(() => createAppConfig({ ...good, environment: 'x'.repeat(500) }))
    expect(message.length).toBeLessThan(250)
  })
})

describe('options', () => {
  it('are left as they were, and changing them later changes nothing', async () => {
    const defaults = { nested: { a: 1 } }
    const layers = ['default']
    const client = createAppConfig({ ...good, layers, defaults })
    defaults.nested.a = 2
    layers.push('other')
    expect(Object.isFrozen(defaults)).toBe(false)
    expect(await client.resolve()).toEqual({ nested: { a: 1 } })
    await client.close()
  })
})

function catchError(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

it('memory().publish refuses an option it has not', () => {
  expect(() => memory().publish('default', {}, { contentTyp: 'text/plain' } as never)).toThrow(
    'Did you mean contentType?',
  )
})
