import { describe, expect, it } from 'vitest'
import type { Comparison, State } from '../src/wire.ts'
import { createWorld, MARKUP, post, SECRET, serveConsole } from './served.ts'

const ACME = { id: 'acme', tier: 'pro' }

async function explain(url: string, ...subjects: object[]): Promise<Comparison> {
  const answer = await post(`${url}/explain`, { subjects })
  expect(answer.status).toBe(200)
  return answer.json() as Promise<Comparison>
}

describe('a tenant', () => {
  it('is explained by layers, and each key by its layer and version', async () => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client, { values: true })
    const { explanations } = await explain(url, { tenant: ACME })

    const [{ layers = [], keys = [], ...rest } = {}] = explanations
    expect(rest).toMatchObject({ tenant: 'acme', state: 'warm', isStale: false })
    expect(layers.map(({ name }) => name)).toEqual([
      'api/dev/default',
      'api/dev/tier-pro',
      'api/dev/tenant-acme',
    ])
    const versions = new Map(layers.map(({ name, version }) => [name, version]))
    expect(versions.get('api/dev/default')).toMatch(/^[0-9a-f]{12}$/)
    const of = (name: string) => keys.find(({ key }) => key === name)
    const from = (profile: string) => ({
      layer: `api/dev/${profile}`,
      version: versions.get(`api/dev/${profile}`),
    })
    expect(of('model')).toEqual({ key: 'model', value: `"${SECRET}-1"`, ...from('default') })
    expect(of('limits.rate')).toEqual({ key: 'limits.rate', value: '600', ...from('tier-pro') })
    expect(of('search')).toEqual({ key: 'search', value: 'false', ...from('tenant-acme') })
    expect(of('checkout.steps')).toEqual({ key: 'checkout.steps', value: '4', ...from('default') })
    expect(of(MARKUP)?.value).toBe(JSON.stringify(MARKUP))
  })

  it('gets what the client gives requests, with ticks and crosses', async () => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client, { values: true })
    const context = { code: SECRET }
    const { explanations } = await explain(url, { tenant: ACME }, { tenant: ACME, context })

    const [without, within] = explanations.map(({ flags }) => flags.find(({ key }) => key === 'checkout'))
    expect(client.peek(ACME, { context })).toMatchObject({ checkout: { _variant: 'oneClick' } })
    expect(within).toMatchObject({ enabled: true, variant: 'oneClick' })
    expect(within?.variants.map(({ chosen }) => chosen)).toEqual([true, false])
    expect(without).toMatchObject({ enabled: true, variant: 'control' })
    expect(without?.variants[0]).toMatchObject({
      name: 'oneClick',
      chosen: false,
      reason: 'its rule cannot be known to hold',
      rule: { truth: null, parts: [{ truth: true }, { truth: null }] },
    })
  })

  it('is compared with another, by values also where they are hidden', async () => {
    const { client } = await createWorld()
    await client.resolve('other')
    for (const values of [true, false]) {
      const { url } = await serveConsole(client, { values })
      const compared = await explain(url, { tenant: ACME }, { tenant: { id: 'other' } })
      expect(compared.differingKeys).toEqual(['limits.rate', 'search', 'beta.enabled', 'beta.note'])
      expect(compared.differingFlags).toEqual(['search', 'beta'])
      expect((await explain(url, { tenant: ACME }, { tenant: ACME })).differingKeys).toEqual([])
    }
  })

  it('without a tier has none for rules, instead of one that is undefined', async () => {
    const { client } = await createWorld()
    await client.resolve('other')
    const { url } = await serveConsole(client, { values: true })
    const { explanations } = await explain(url, { tenant: { id: 'other' } })
    const checkout = explanations[0]?.flags.find(({ key }) => key === 'checkout')
    expect(checkout?.variants[0]?.rule?.parts[0]?.because).toBe('tier is not in the context')
  })

  it('is not loaded by looking', async () => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client)
    const { explanations } = await explain(url, { tenant: { id: 'other' } }, { tenant: { id: 'acme' } })

    expect(explanations.map(({ state }) => state)).toEqual(['cold', 'cold'])
    expect(client.health().warmTenants).toBe(1)
    const loaded = await post(`${url}/load`, { tenant: { id: 'other' } })
    expect([loaded.status, client.health().warmTenants]).toEqual([405, 1])
  })

  it('of a context that rules keep for tenants is refused', async () => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client, { loadTenants: true })
    const answer = await post(`${url}/load`, { tenant: { id: 'a b' } })
    expect([answer.status, await answer.json()]).toEqual([
      422,
      { code: 'TENANT_ID_INVALID', message: expect.stringContaining('a text of 3 characters') },
    ])
  })
})

describe('values', () => {
  it('are in no answer unless allowed', async () => {
    const { client, source } = await createWorld()
    const context = { code: SECRET }
    source.publish('tier-pro', { limits: SECRET, broken: { _variants: [SECRET] } })
    const answers = async (values: boolean): Promise<string> => {
      const { url } = await serveConsole(client, { values, loadTenants: true })
      const texts = [
        await (await fetch(`${url}/state`)).text(),
        await (await post(`${url}/load`, { tenant: { id: 'other', tier: 'pro' } })).text(),
        JSON.stringify(await explain(url, { tenant: ACME }, { tenant: null })),
        JSON.stringify(await explain(url, { tenant: ACME, context })),
      ]
      return texts.join('\n')
    }
    const hidden = await answers(false)
    expect(hidden).toContain('"oneClick"')
    expect(hidden).toContain('"value":"a text"')
    expect(hidden).toContain('"value":"a list"')
    expect(hidden).not.toContain(SECRET)
    expect(hidden).not.toMatch(/"value":"(?:4|60|600)"/)
    expect(await answers(true)).toContain(SECRET)
  })

  it('of flags are whether they are on, and the names of variants', async () => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client)
    const { explanations } = await explain(url, { tenant: ACME })
    const flags = explanations[0]?.flags.map(({ key, enabled, variant, variants }) => {
      return [key, enabled, variant, variants.some(({ rule }) => rule !== undefined)]
    })
    expect(flags).toEqual([
      ['search', false, undefined, false],
      ['checkout', true, 'control', false],
      ['beta', true, undefined, false],
    ])
  })
})

describe('a request nobody can read', () => {
  it.each([
    [{}],
    [[]],
    [{ subjects: [] }],
    [{ subjects: [{}, {}, {}] }],
    [{ subjects: ['acme'] }],
    [{ subjects: [{ tenant: 'acme' }] }],
    [{ subjects: [{ tenant: { id: 7 } }] }],
    [{ subjects: [{ tenant: { id: '' } }] }],
    [{ subjects: [{ tenant: { id: 'a', attributes: { b: {} } } }] }],
    [{ subjects: [{ tenant: null, context: { a: null } }] }],
    [{ subjects: [{ tenant: { id: 'x'.repeat(100_000) } }] }],
  ])('is 400, and says what is wrong: %j', async (body) => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client)
    const answer = await post(`${url}/explain`, body)
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: 'UNREADABLE', message: expect.stringMatching(/\.$/) },
    ])
  })

  it('has names such as __proto__ as names', async () => {
    const { client } = await createWorld()
    const { url } = await serveConsole(client)
    const body = '{"subjects":[{"tenant":{"id":"acme","attributes":{"__proto__":"x","constructor":"y"}}}]}'
    const answer = await fetch(`${url}/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-appconfig-console': '1' },
      body,
    })
    expect(answer.status).toBe(200)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})

it('the state tells of a document that was refused, with line and place', async () => {
  const { client, source } = await createWorld()
  const rejected = new Promise((resolve) => client.on('rejected', resolve))
  source.publish('default', { model: 'x', checkout: { _variants: 7 } })
  await rejected
  const { url } = await serveConsole(client)
  const { health } = (await (await fetch(`${url}/state`)).json()) as State
  const document = health.documents.find(({ name }) => name === 'api/dev/default')
  expect(document).toMatchObject({ status: 'rejected', problem: { code: 'DOCUMENT_INVALID' } })
  expect(document?.problem?.message).toContain('checkout._variants')
})
