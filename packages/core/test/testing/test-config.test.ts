import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { isEnabled, variantOf, versionOf } from '../../src/index.ts'
import { testConfig } from '../../src/testing.ts'

const CHECKOUT = {
  _variants: [
    {
      name: 'oneClick',
      enabled: true,
      rule: '(eq $tenantId "acme")',
      attributeValues: { limit: 5 },
    },
    { name: 'control', enabled: true, attributeValues: { limit: 1 } },
  ],
}

function codeOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'nothing was thrown'
}

describe('the values of a test', () => {
  it('are there at once, by every way of a client', async () => {
    const { client, current } = testConfig({ featureA: true, search: { limit: 10 } })

    expect(client.peek()).toEqual({ featureA: true, search: { limit: 10 } })
    expect(client.peek('acme')).toEqual({ featureA: true, search: { limit: 10 } })
    expect(await client.resolve({ id: 'acme', tier: 'pro' })).toEqual({
      featureA: true,
      search: { limit: 10 },
    })
    expect(current()).toBe(client.peek())
    await client.start()
    expect(client.health()).toMatchObject({ status: 'ok', documents: [{ profile: 'config', status: 'ok' }] })
  })

  it('change for later readers, never for those who have them', () => {
    const { current, set } = testConfig({ featureA: true })
    const before = current()

    set('featureA', false)

    expect(before['featureA']).toBe(true)
    expect(current()['featureA']).toBe(false)
    expect(Object.isFrozen(before)).toBe(true)
  })

  it('merge as a layer above', () => {
    const { current, set } = testConfig({
      search: { limit: 10, sort: 'price' },
      list: [1, 2],
      checkout: { enabled: true, limit: 3 },
      gone: 1,
      unset: 1,
    })

    set({ search: { limit: 5 }, list: [3], gone: null, unset: undefined })
    set('checkout', false)

    expect(current()).toEqual({
      search: { limit: 5, sort: 'price' },
      list: [3],
      checkout: { enabled: false, limit: 3 },
    })
  })

  it('are those of the beginning after a reset, which may come without a change before', () => {
    const { current, set, setFor, reset } = testConfig(
      { featureA: true, featureB: undefined },
      { tenants: { acme: { featureA: false } } },
    )
    reset()
    set({ featureA: false, featureB: true })
    setFor('acme', 'featureA', true)
    setFor('other', { featureA: null })
    expect([current(), current('acme'), current('other')]).toEqual([
      { featureA: false, featureB: true },
      { featureA: true, featureB: true },
      { featureB: true },
    ])

    reset()

    expect([current(), current('acme'), current('other')]).toEqual([
      { featureA: true },
      { featureA: false },
      { featureA: true },
    ])
  })

  it('are a copy: what was given may change, and is not frozen', () => {
    const given = { search: { words: ['a'] } }
    const { current, set } = testConfig(given)
    const patch = { search: { words: ['b'] } }
    set(patch)
    given.search.words.push('x')
    patch.search.words.push('y')

    expect(current()).toEqual({ search: { words: ['b'] } })
  })

  it('of a tenant stand over those of all, also when those change later', () => {
    const { current, set } = testConfig({ featureA: true }, { tenants: { acme: { featureA: false } } })

    set('featureA', true)

    expect([current('acme'), current('other'), current(null)]).toEqual([
      { featureA: false },
      { featureA: true },
      { featureA: true },
    ])
  })

  it('are independent of those of another testConfig', () => {
    const [one, other] = [testConfig({ featureA: true }), testConfig({ featureA: true })]

    one.set('featureA', false)

    expect(other.current()).toEqual({ featureA: true })
  })

  it('look like a configuration to spread, JSON, copies and the console', async () => {
    const { current } = testConfig({ featureA: true, checkout: CHECKOUT })
    const seen = { featureA: true, checkout: { enabled: true, _variant: 'control', limit: 1 } }
    const { inspect } = await import('node:util')

    expect({ ...current() }).toEqual(seen)
    expect(JSON.parse(JSON.stringify(current()))).toEqual(seen)
    expect(structuredClone(current())).toEqual(seen)
    expect(Object.keys(current())).toEqual(['featureA', 'checkout'])
    expect(inspect(current())).toContain('featureA: true')
    expect(versionOf(current())).toMatchObject([{ profile: 'config' }])
  })

  it('are told of by events and inspection', () => {
    const { client, set, setFor, reset } = testConfig({ featureA: true, b: { c: 1, d: 2 } })
    const changed: string[] = []
    client.on('change', ({ document }) => changed.push(document.profile))

    set('featureA', false)
    setFor('acme', { b: { c: 3 } })

    expect(client.inspect('acme').keys).toEqual({
      featureA: 'test/test/set',
      'b.c': 'test/test/set-acme',
      'b.d': 'test/test/config',
    })
    reset()
    expect(changed).toEqual(['set', 'set-acme', 'config'])
  })

  it('outlive the applications that are closed', async () => {
    const { client } = testConfig({ featureA: true })

    await client.close()

    expect(await client.resolve()).toEqual({ featureA: true })
  })
})

describe('variants', () => {
  it('are chosen by their rules, for each request', () => {
    const { current } = testConfig({ checkout: CHECKOUT })

    expect(variantOf(current('acme'), 'checkout')).toBe('oneClick')
    expect(variantOf(current('other'), 'checkout')).toBe('control')
    expect(current('acme')['checkout']).toEqual({ enabled: true, _variant: 'oneClick', limit: 5 })
  })

  it('see the context of a request', () => {
    const { current } = testConfig({
      checkout: {
        _variants: [
          { name: 'de', enabled: true, rule: '(eq $country "DE")' },
          { name: 'all', enabled: false },
        ],
      },
    })

    expect(isEnabled(current(null, { context: { country: 'DE' } }), 'checkout')).toBe(true)
    expect(isEnabled(current(null, { context: { country: 'FR' } }), 'checkout')).toBe(false)
  })

  it('can be set, one after the other, for all and for one tenant', () => {
    const { current, setVariant, reset } = testConfig({ checkout: CHECKOUT })

    setVariant('checkout', 'oneClick')
    expect(variantOf(current('other'), 'checkout')).toBe('oneClick')
    setVariant('checkout', 'control')
    expect(current('acme')['checkout']).toEqual({ enabled: true, _variant: 'control', limit: 1 })
    setVariant('checkout', 'oneClick', { tenant: 'acme' })
    expect([variantOf(current('acme'), 'checkout'), variantOf(current('other'), 'checkout')]).toEqual([
      'oneClick',
      'control',
    ])
    reset()
    expect(variantOf(current('other'), 'checkout')).toBe('control')
  })

  it('need not be listed', () => {
    const { current, setVariant } = testConfig({ checkout: false })

    setVariant('checkout', 'oneClick')

    expect([isEnabled(current(), 'checkout'), variantOf(current(), 'checkout')]).toEqual([true, 'oneClick'])
  })

  it('are refused if they are listed and this one is not', () => {
    const { setVariant } = testConfig({ checkout: CHECKOUT })

    expect(() => setVariant('checkout', 'oneClik')).toThrow(/no variant "oneClik". Did you mean oneClick\?/)
  })
})

describe('a mistake', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('in a key is an error, which names what was meant', () => {
    const { set, setFor, setVariant, current } = testConfig({ featureA: true })

    expect(() => set({ featurA: false } as never)).toThrow(/no key "featurA". Did you mean featureA\?/)
    expect(() => setFor('acme', 'featurA', false)).toThrow(/setFor\(\): this testConfig has no key/)
    expect(codeOf(() => setVariant('featurA', 'x'))).toBe('OPTIONS_INVALID')
    expect(() => testConfig({}).set('a', 1)).toThrow(/It was given none/)
    expect(current()).toEqual({ featureA: true })
  })

  it.each([
    ['a function', { a: { b: () => {} } }, /a\.b is not a JSON value/],
    ['no number', { a: [1, Number.NaN] }, /a\.1 is not a finite number/],
    ['a date', { a: new Date() }, /a is not a JSON value/],
    ['a map', { a: new Map() }, /a is not a JSON value/],
    ['a big integer', { a: 1n }, /a is not a JSON value/],
    ['a list with a hole', { a: [undefined] }, /a\.0 is not a JSON value/],
    ['a prototype', JSON.parse('{"__proto__":{"isAdmin":true}}'), /has a key "__proto__"/],
    ['a list of values', [], /takes an object with keys of the configuration, got an array/],
    ['nothing', undefined, /got undefined/],
  ])('in a value is an error: %s', (_, values, text) => {
    expect(() => testConfig(values as never)).toThrow(text)
    expect(() => testConfig({ a: 1 }).set(values as never)).toThrow(text)
  })

  it('in a value is an error: a circle', () => {
    const circle: Record<string, unknown> = {}
    circle['a'] = circle

    expect(() => testConfig(circle as never)).toThrow(/nested more than 64 levels deep/)
  })

  it('in a rule is an error, and changes nothing', () => {
    const { set, current } = testConfig({ checkout: true })
    const checkout = {
      _variants: [
        { name: 'a', enabled: true, rule: '(equals 1 2)' },
        { name: 'b', enabled: true },
      ],
    }

    expect(codeOf(() => set({ checkout }))).toBe('DOCUMENT_INVALID')
    expect(codeOf(() => testConfig({ checkout }))).toBe('DOCUMENT_INVALID')
    expect(current()).toEqual({ checkout: true })
  })

  it('that a schema finds is an error, also of a tenant, and changes nothing', () => {
    const schema = z.object({ limit: z.number().max(10), featureA: z.boolean() })
    const { set, setFor, current } = testConfig(
      { limit: 1, featureA: true },
      { schema, tenants: { acme: { limit: 9 } } },
    )

    expect(codeOf(() => set('limit', 11))).toBe('CONFIG_INVALID')
    expect(codeOf(() => setFor('acme', 'limit', 11))).toBe('CONFIG_INVALID')
    expect(codeOf(() => testConfig({ limit: 1 }, { schema }))).toBe('CONFIG_INVALID')
    expect([current(), current('acme')]).toEqual([
      { limit: 1, featureA: true },
      { limit: 9, featureA: true },
    ])

    set('featureA', false)
    expect(current('acme')).toEqual({ limit: 9, featureA: false })
  })

  it.each(['__proto__', 'constructor', '../x', ''])(
    'in a tenant id is an error where it says so: %j',
    async (id) => {
      const { setFor, current, client } = testConfig({ featureA: true })

      if (id === 'constructor') {
        setFor(id, 'featureA', false)
        expect([current(id), current('toString')]).toEqual([{ featureA: false }, { featureA: true }])
        return
      }
      expect(codeOf(() => setFor(id, 'featureA', false))).toBe('TENANT_ID_INVALID')
      expect(client.peek(id)).toBeUndefined()
      await expect(client.resolve(id)).rejects.toMatchObject({ code: 'TENANT_ID_INVALID' })
    },
  )

  it('in an option, or a value that was forgotten, is an error', () => {
    expect(() => testConfig({}, { tenant: {} } as never)).toThrow(
      /no option "tenant". Did you mean tenants\?/,
    )
    expect(() => testConfig({ a: 1 }).set('a' as never)).toThrow(/got the key "a" and no value/)
  })

  it('in the environment is an error: a test configuration serves no customers', () => {
    vi.stubEnv('NODE_ENV', 'production')

    expect(codeOf(() => testConfig({ featureA: true }))).toBe('TESTING_IN_PRODUCTION')
  })
})
