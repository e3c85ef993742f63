/** A request's flags with variants: decided one by one, the configuration made when it is read. */
import { afterEach, describe, expect, it } from 'vitest'
import { attachConfig, configureRequests, isEnabledFor, readVariantHandlers } from '../../src/adapter.ts'
import { type AppConfigClient, createAppConfig, memory, type Source, versionOf } from '../../src/index.ts'

const clients: AppConfigClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

const flag = (seed: string) => ({
  _variants: [
    {
      name: 'on',
      enabled: true,
      rule: `(split pct::50 by::$user seed::"${seed}")`,
      attributeValues: { seed },
    },
    { name: 'off', enabled: false },
  ],
})

interface TestRequest {
  readonly headers: Record<string, string>
  readonly user: string
  config?: unknown
}

/** Requests of a client whose splits are noted by their seeds; everybody is in the first half. */
async function requests(source: Source = memory({ default: { a: flag('a'), b: flag('b'), plain: true } })) {
  const splits: string[] = []
  const client: AppConfigClient = createAppConfig<undefined>({
    application: 'api',
    environment: 'dev',
    layers: ['default'],
    source,
    split: (seed) => {
      splits.push(seed)
      return 0
    },
  })
  clients.push(client)
  await client.start()
  const { configFor } = configureRequests<TestRequest, undefined>({
    client,
    tenant: () => null,
    context: ({ user }) => ({ user }),
  })
  return {
    splits,
    decided(user: string): TestRequest {
      const request: TestRequest = { headers: {}, user }
      const seen = configFor(request)
      if (seen === undefined || seen instanceof Promise) throw new Error('cold')
      attachConfig(request, seen)
      return request
    },
  }
}

describe('a gate', () => {
  it('decides its flag, once, and no other', async () => {
    const { splits, decided } = await requests()
    const request = decided('u-1')
    expect(splits).toEqual([])
    for (let i = 0; i < 3; i++) expect(isEnabledFor(request, 'a', 'a test')).toBe(true)
    expect(isEnabledFor(request, 'plain', 'a test')).toBe(true)
    expect(isEnabledFor(request, 'nowhere', 'a test')).toBe(false)
    const handlersFor = readVariantHandlers(
      'a',
      { off: (): string => 'off', on: (): string => 'on' },
      ([only]) => only,
    )
    expect(handlersFor(request)?.()).toBe('on')
    // Once for the gate; a flag that is nowhere is looked for in the whole configuration.
    expect(splits.filter((seed) => seed === 'a')).toHaveLength(1)
  })

  it('agrees with the configuration that is read later', async () => {
    const { splits, decided } = await requests()
    const request = decided('u-1')
    const before = isEnabledFor(request, 'a', 'a test')
    const { a } = request.config as { a: { enabled: boolean } }
    expect(a.enabled).toBe(before)
    expect(splits.sort()).toEqual(['a', 'b'])
  })
})

describe('the configuration on a request', () => {
  it('is made when it is read, and is the same object for the whole request', async () => {
    const { splits, decided } = await requests()
    const request = decided('u-1')
    expect(splits).toEqual([])
    expect(Object.keys(request)).toContain('config')
    const config = request.config as object
    expect(request.config).toBe(config)
    expect({ ...request }.config).toBe(config)
    expect(splits.sort()).toEqual(['a', 'b'])
  })

  it('is a plain frozen object with its stamp, shared where the same was chosen twice', async () => {
    const { decided } = await requests()
    const [, one, other] = ['u-1', 'u-2', 'u-3'].map((user) => decided(user).config as object)
    expect(one).toBe(other)
    expect(Object.isFrozen(one)).toBe(true)
    expect(Object.getPrototypeOf(one)).toBe(Object.prototype)
    expect(versionOf(one)).toMatchObject([{ profile: 'default' }])
    expect(JSON.parse(JSON.stringify(one))).toEqual({
      a: { _variant: 'on', enabled: true, seed: 'a' },
      b: { _variant: 'on', enabled: true, seed: 'b' },
      plain: true,
    })
    expect(structuredClone(one)).toEqual(one)
  })

  it('can be written over, for this request only', async () => {
    const { decided } = await requests()
    const [one, other] = [decided('u-1'), decided('u-1')]
    one.config = { mine: true }
    expect(one.config).toEqual({ mine: true })
    expect(other.config).toMatchObject({ plain: true })
  })

  it('is remembered for so many outcomes, whatever comes', async () => {
    const flags = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `f${i}`,
        {
          _variants: [
            { name: 'on', enabled: true, rule: `(contains $user "${String.fromCharCode(97 + i)}")` },
            { name: 'off', enabled: false },
          ],
        },
      ]),
    )
    const { decided } = await requests(memory({ default: flags }))
    const seen = new Set<unknown>()
    for (let outcome = 0; outcome < 4096; outcome++) {
      const user = Array.from({ length: 12 }, (_, i) =>
        outcome & (1 << i) ? String.fromCharCode(97 + i) : '',
      ).join('')
      const config = decided(user).config as Record<string, { enabled: boolean }>
      expect(Object.values(config).filter(({ enabled }) => enabled)).toHaveLength(user.length)
      seen.add(config)
    }
    expect(seen.size).toBe(4096)
  })
})
