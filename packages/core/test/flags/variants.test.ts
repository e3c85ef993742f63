import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  isEnabled,
  memory,
  type Tenant,
  variantOf,
  versionOf,
} from '../../src/index.ts'

const clients: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

const CHECKOUT = {
  _variants: [
    { name: 'oneClick', enabled: true, rule: '(eq $tier "gold")', attributeValues: { limit: 10 } },
    { name: 'half', enabled: true, rule: '(split pct::50 by::$tenantId)', attributeValues: { limit: 5 } },
    { name: 'control', enabled: false },
  ],
}

function clientOf(documents: Record<string, object>, options: Partial<AppConfigOptions> = {}) {
  const source = memory(documents)
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: Object.keys(documents),
    source,
    ...options,
  })
  clients.push(client)
  return { client: client as AppConfigClient, source }
}

const idle = async () => {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a flag with variants', () => {
  it('is served as the variant its rules choose for the tenant', async () => {
    const { client } = clientOf({ default: { checkout: CHECKOUT, plain: 1 } })
    const gold = await client.resolve({ id: 't-01', tier: 'gold' })
    expect(gold).toEqual({ checkout: { _variant: 'oneClick', enabled: true, limit: 10 }, plain: 1 })
    expect([isEnabled(gold, 'checkout'), variantOf(gold, 'checkout')]).toEqual([true, 'oneClick'])
    const nobody = await client.resolve(null)
    expect([isEnabled(nobody, 'checkout'), variantOf(nobody, 'checkout')]).toEqual([false, 'control'])
    expect(nobody['checkout']).toEqual({ _variant: 'control', enabled: false })
  })

  it('splits tenants, the same ones the same way each time', async () => {
    const { client } = clientOf({ default: { checkout: CHECKOUT } })
    const ids = Array.from({ length: 40 }, (_, at) => `t-${at}`)
    const variants = async () =>
      Promise.all(ids.map(async (id) => variantOf(await client.resolve(id), 'checkout')))
    const first = await variants()
    expect(new Set(first)).toEqual(new Set(['half', 'control']))
    expect(await variants()).toEqual(first)
  })

  it('looks at the request’s context, in which nobody can claim to be another tenant', async () => {
    const rules = [
      { name: 'german', enabled: true, rule: '(and (eq $country "DE") (eq $plan "a"))' },
      { name: 'other', enabled: false },
    ]
    const { client } = clientOf({ default: { checkout: CHECKOUT, region: { _variants: rules } } })
    const tenant: Tenant = { id: 't-01', tier: 'free', attributes: { plan: 'a' } }
    const context = { country: 'DE', tier: 'gold', tenantId: 't-02', plan: 'b', cell: 'x' }
    const config = await client.resolve(tenant, { context })
    expect(variantOf(config, 'region')).toBe('german')
    expect(variantOf(config, 'checkout')).not.toBe('oneClick')
    expect(variantOf(await client.resolve(tenant), 'region')).toBe('other')
  })

  it('looks at no context for an attribute that its tenant names but has no value for', async () => {
    const rules = [
      { name: 'a', enabled: true, rule: '(or (eq $plan "a") (exists key::"plan"))' },
      { name: 'other', enabled: false },
    ]
    const { client } = clientOf({ default: { checkout: { _variants: rules } } })
    for (const nothing of [undefined, null] as never[]) {
      const tenant: Tenant = { id: 't-01', tier: nothing, cell: nothing, attributes: { plan: nothing } }
      expect(variantOf(await client.resolve(tenant), 'checkout')).toBe('other')
      const config = await client.resolve(tenant, { context: { plan: 'a' } })
      expect(variantOf(config, 'checkout')).toBe('other')
    }
  })

  it('shows in JSON, spread and structuredClone what the code branches on, chosen once', async () => {
    let chosen = 0
    const split = () => {
      chosen++
      return 0
    }
    const { client } = clientOf({ default: { checkout: CHECKOUT } }, { split })
    const config = await client.resolve('t-01')
    const half = { checkout: { _variant: 'half', enabled: true, limit: 5 } }
    expect(JSON.parse(JSON.stringify(config))).toEqual(half)
    expect({ ...config }).toEqual(half)
    expect(structuredClone(config)).toEqual(half)
    expect(Object.keys(config)).toEqual(['checkout'])
    expect(Object.isFrozen(config)).toBe(true)
    expect(chosen).toBe(1)
    expect(versionOf(config)).toMatchObject([{ profile: 'default' }])
  })

  it('may have a default with an empty rule, which AppConfig takes for none', async () => {
    const [first, , control] = CHECKOUT._variants
    const { client } = clientOf({ default: { checkout: { _variants: [first, { ...control, rule: '' }] } } })
    expect(variantOf(await client.resolve('t-01'), 'checkout')).toBe('control')
  })

  it('costs documents without variants nothing: the snapshot is the view', async () => {
    const { client } = clientOf({ default: { featureA: true } })
    expect(await client.resolve('t-01')).toBe(client.peek('t-02') ?? (await client.resolve('t-02')))
  })

  it('is one object for all requests that were chosen the same, and for no others', async () => {
    const rules = [
      { name: 'german', enabled: true, rule: '(or (eq $country "DE") (exists key::"beta"))' },
      { name: 'other', enabled: false },
    ]
    const { client } = clientOf({ default: { checkout: CHECKOUT, region: { _variants: rules } } })
    const tenant = { id: 't-01', tier: 'gold' }
    async function see(context: object = {}, who: Tenant = tenant) {
      const options = { context: context as Record<string, string> }
      // What was chosen once is not kept.
      await client.resolve(who, options)
      return client.resolve(who, options)
    }
    const plain = await see()
    expect(await see({}, { ...tenant })).toBe(plain)
    expect(await see({ page: 7, tier: 'free' })).toBe(plain)
    expect(await see({ country: 'DE' })).toBe(await see({ country: 'DE', page: 8 }))
    expect(await see({}, { ...tenant, attributes: { country: 'DE' } })).toBe(await see({ country: 'DE' }))
    for (const nothing of [undefined, null] as never[]) {
      expect(await see({ beta: nothing, country: nothing })).toBe(plain)
      expect(await see({}, { ...tenant, attributes: { beta: nothing } })).toBe(plain)
    }

    const all = [
      plain,
      await see({ country: 'DE' }),
      await see({ country: '"DE"' }),
      await see({ beta: false }),
      await see({ beta: 'false' }),
      await see({ beta: Number.NaN }),
      await see({}, { ...tenant, id: 't-02' }),
      await see({}, { ...tenant, tier: 'free' }),
      await see({}, { id: 't-01' }),
    ]
    expect(all.slice(1, 6).map((config) => variantOf(config, 'region'))).toEqual([
      'german',
      'other',
      ...Array.from({ length: 3 }, () => 'german'),
    ])
    for (const one of all) {
      for (const other of all) expect(one === other).toBe(JSON.stringify(one) === JSON.stringify(other))
    }
    expect(new Set(all).size).toBeGreaterThan(2)
  })

  it('is seen through an object that has the configuration as its prototype', async () => {
    const { client } = clientOf({ default: { checkout: CHECKOUT } })
    const config = await client.resolve({ id: 't-01', tier: 'gold' })
    expect(Object.create(config)['checkout']).toBe(config['checkout'])
  })

  it('keeps its choice while the document changes under it', async () => {
    const { client, source } = clientOf({ default: { checkout: CHECKOUT } })
    const config = await client.resolve({ id: 't-01', tier: 'gold' })
    source.publish('default', { checkout: { enabled: false } })
    await idle()
    expect(isEnabled(client.peek({ id: 't-01', tier: 'gold' }), 'checkout')).toBe(false)
    expect(variantOf(config, 'checkout')).toBe('oneClick')
  })

  it.each([[5], [null], [[null]], [[5]], ['text'], [{}]])(
    'is off whatever stands in the variants of one that is switched off: %j',
    async (variants) => {
      const { client } = clientOf({ default: { a: { enabled: false, _variants: variants as never } } })
      expect(await client.resolve({ id: 't-01' })).toEqual({ a: { enabled: false } })
    },
  )

  it('is switched off by a layer above, whole', async () => {
    const { client } = clientOf({
      default: { a: CHECKOUT, b: CHECKOUT },
      ops: { a: false, b: { enabled: false } },
    })
    const config = await client.resolve({ id: 't-01', tier: 'gold' })
    expect(config).toEqual({ a: { enabled: false }, b: { enabled: false } })
  })

  it.each([
    [
      'a rule that does not compile',
      [
        { name: 'a', enabled: true, rule: '(eq $a)' },
        { name: 'b', enabled: false },
      ],
      'checkout._variants.0.rule has an operator with too few operands: see line 1, column 1 of the rule',
    ],
    [
      'a default with a rule',
      [{ name: 'a', enabled: true, rule: '(eq $a 1)' }],
      'the last variant is the default',
    ],
    [
      'a variant without a rule before the last',
      [
        { name: 'a', enabled: true },
        { name: 'b', enabled: false },
      ],
      'only the last variant has none',
    ],
    [
      'a name twice',
      [
        { name: 'a', enabled: true, rule: '(eq $a 1)' },
        { name: 'a', enabled: false },
      ],
      'name is there twice',
    ],
    ['no name', [{ enabled: false }], '_variants.0.name'],
    ['a text for enabled', [{ name: 'a', enabled: 'yes' }], '_variants.0.enabled'],
  ])('with %s makes its document rejected; what was good before stays', async (_, _variants, says) => {
    const { client, source } = clientOf({ default: { checkout: CHECKOUT } })
    const rejected: string[] = []
    client.on('rejected', ({ error }) => rejected.push(error.message))
    await client.start()
    source.publish('default', { checkout: { _variants } })
    await idle()
    expect(rejected).toEqual([expect.stringContaining(says)])
    expect(variantOf(await client.resolve({ id: 't-01', tier: 'gold' }), 'checkout')).toBe('oneClick')
  })

  it('is held to the schema in every variant, in the form it is served in', async () => {
    const schema = z.looseObject({ checkout: z.object({ enabled: z.boolean(), limit: z.number() }) })
    const { client, source } = clientOf({ default: { checkout: CHECKOUT } }, { schema })
    const rejected: string[] = []
    client.on('rejected', ({ error }) => rejected.push(error.message))
    await client.start()
    const [first, ...rest] = CHECKOUT._variants
    source.publish('default', {
      checkout: { _variants: [{ ...first, attributeValues: { limit: 'much' } }, ...rest] },
    })
    await idle()
    expect(rejected).toEqual([expect.stringContaining('checkout.limit')])
    expect((await client.resolve({ id: 't-01', tier: 'gold' }))['checkout']).toMatchObject({ limit: 10 })
  })
})
