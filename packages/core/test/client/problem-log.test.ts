/** What is told of problems, to whom, and how often. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  isEnabled,
  layer,
  type MemorySource,
  memory,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'

const clients: AppConfigClient[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  for (const client of clients.splice(0)) await client.close()
})

const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

function clientOf(source: MemorySource, options: Partial<AppConfigOptions> = {}): AppConfigClient {
  const client: AppConfigClient = createAppConfig<undefined>({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source,
    ...(options as AppConfigOptions<undefined>),
  })
  clients.push(client)
  return client
}

/** A logger that remembers: `warn CODE`, and the texts apart. */
function recorded() {
  const lines: string[] = []
  const texts: string[] = []
  const write = (level: string) => (text: string) => {
    lines.push(`${level} ${/^\[appconfig-kit\] ([A-Z_]+): /.exec(text)?.[1]}`)
    texts.push(text)
  }
  return { logger: { warn: write('warn'), info: write('info') }, lines, texts }
}

describe('a logger', () => {
  it('is told of a rejected content and of its end, without values', async () => {
    const { logger, lines, texts } = recorded()
    const source = memory({ default: { limit: 1 } })
    const client = clientOf(source, { logger, schema: z.looseObject({ limit: z.number() }) })
    await client.start()
    source.publish('default', { limit: 's3cret' })
    await turns()
    source.publish('default', '{"limit": "s3cret')
    await turns()
    source.publish('default', { limit: 2 })
    await turns()
    expect(lines).toEqual(['warn CONFIG_INVALID', 'warn DOCUMENT_INVALID', 'info RECOVERED'])
    expect(texts.join()).not.toContain('s3cret')
    expect(texts[0]).toContain('api/prod/default')
  })

  it('is told of a row of failures once, of each shared document, and of tenants together', async () => {
    const { logger, lines } = recorded()
    const clock = manualClock()
    const source = memory({ default: {}, ops: {}, 'tenant-a': {}, 'tenant-b': {} })
    const client = clientOf(source, {
      logger,
      clock,
      layers: ['default', 'ops', (t) => layer(`tenant-${t.id}`)],
      idleTimeoutSeconds: 1_000_000,
    })
    for (const id of ['a', 'b']) await client.resolve(id)
    source.failWith(new Error('down'))
    await turns()
    for (let i = 0; i < 5; i++) {
      clock.advance(7_200_000)
      await turns()
    }
    expect(lines.splice(0)).toEqual(Array(3).fill('warn SOURCE_FAILED'))
    source.failWith(undefined)
    await turns()
    expect(lines.splice(0)).toEqual(Array(3).fill('info RECOVERED'))
    source.failWith(new Error('down again'))
    await turns()
    expect(lines).toEqual(Array(3).fill('warn SOURCE_FAILED'))
  })

  it('is told of a start that failed, though nobody awaits it', async () => {
    const { logger, lines, texts } = recorded()
    const client = clientOf(memory(), { logger })
    for (let i = 0; i < 3; i++) await client.start().catch(() => {})
    expect(lines).toEqual(['warn START_FAILED'])
    expect(texts[0]).toContain('api/prod/default does not exist')
  })

  it('that throws hurts nobody', async () => {
    const explode = () => {
      throw new Error('logger')
    }
    const source = memory({ default: {} })
    const client = clientOf(source, { logger: { warn: explode, info: explode } })
    await client.start()
    source.publish('default', '[')
    await turns()
    expect(await client.resolve()).toEqual({})
  })

  it.each([true, 'console', {}, { warn: 1, info: 1 }, { warn: () => {} }])('%j is none', (logger) => {
    expect(() => clientOf(memory(), { logger: logger as never })).toThrow('logger must be')
  })
})

describe('without a logger', () => {
  it('problems are warnings of the process, with a code', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const source = memory({ default: {} })
    const client = clientOf(source)
    await client.start()
    source.publish('default', '[')
    await turns()
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining('api/prod/default'),
        { type: 'AppConfigKitWarning', code: 'DOCUMENT_INVALID' },
      ],
    ])
  })

  it('nothing is told where it is false', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const source = memory({ default: {} })
    const client = clientOf(source, { logger: false })
    await client.start()
    source.publish('default', '[')
    await turns()
    isEnabled(client.peek(), 'nowhere')
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('while developing', () => {
  beforeEach(() => vi.stubEnv('NODE_ENV', 'development'))
  const config = { on: true, text: 'true', textual: { enabled: 'true' }, number: 5, limits: { rpm: 1 } }

  it('a flag that is nowhere, or that holds a text, is told of once a name', async () => {
    const { logger, texts } = recorded()
    const client = clientOf(memory({ default: config }), { logger })
    await client.start()
    for (let i = 0; i < 3; i++)
      for (const flag of ['on', 'text', 'textual', 'nowhere', 'number', 'limits'])
        isEnabled(client.peek(), flag)
    expect(
      texts.map((text) => /the flag "(\w+)" (is in no layer|holds a text)/.exec(text)?.slice(1)),
    ).toEqual([
      ['text', 'holds a text'],
      ['textual', 'holds a text'],
      ['nowhere', 'is in no layer'],
    ])
  })

  it('not where a default was thought of, and in views as well', async () => {
    const { logger, texts } = recorded()
    const flag = {
      _variants: [
        { name: 'a', enabled: true, rule: '(eq $tier "x")' },
        { name: 'b', enabled: false },
      ],
    }
    const client = clientOf(memory({ default: { flag } }), { logger })
    await client.start()
    isEnabled(client.peek(), 'nowhere', { default: true })
    expect(texts).toEqual([])
    isEnabled(client.peek(), 'nowhere')
    expect(texts).toHaveLength(1)
  })

  it('not in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { logger, texts } = recorded()
    const client = clientOf(memory({ default: config }), { logger })
    await client.start()
    isEnabled(client.peek(), 'nowhere')
    expect(texts).toEqual([])
  })
})
