import { describe, expect, it } from 'vitest'
import type { LocalAppConfig } from '../src/index.ts'
import { API, FIRST_STEP, MINUTE, open, poll, start } from './start.ts'

const PATH = '/applications/api/environments/prod-01/configurations/default'
const LINEAR = 'AppConfig.Linear20PercentEvery6Minutes'

describe('the Agent', () => {
  it('serves content, its type and its version', async () => {
    const { local } = await start()
    await local.deploy({ ...API, content: 'zero' })
    await local.deploy({ ...API, content: { temperature: 0.5 }, versionLabel: 'v-two' })

    const response = await ask(local)

    expect(response).toMatchObject({
      status: 200,
      text: '{"temperature":0.5}',
      headers: {
        'content-type': 'application/json',
        'configuration-version': '2',
        'version-label': 'v-two',
      },
    })
    expect(local.calls).toMatchObject([{ operation: 'Agent.GetConfiguration', target: API, status: 200 }])
  })

  it('follows a deployment and its rollback', async () => {
    const { local, clock } = await start()
    await local.deploy({ ...API, content: 'one', monitors: ['arn:alarm'] })

    await local.deploy({ ...API, content: 'two', strategy: 'AppConfig.AllAtOnce' })
    clock.advance(FIRST_STEP)
    const during = await ask(local)
    local.setAlarm('arn:alarm', 'ALARM')
    const after = await ask(local)

    expect([during.text, after.text]).toEqual(['two', 'one'])
  })

  it('picks one flag as itself, several as a map', async () => {
    const { local } = await start()
    await local.deploy({ ...API, content: { a: { enabled: true }, b: { enabled: false }, c: 1 } })

    expect((await ask(local, '?flag=a')).text).toBe('{"enabled":true}')
    expect((await ask(local, '?flag=b&flag=a')).text).toBe('{"b":{"enabled":false},"a":{"enabled":true}}')
    expect((await ask(local, '?flag=a&flag=toString')).status).toBe(404)
  })

  it.each([
    ['an unknown application', '/applications/x/environments/prod-01/configurations/default', 404],
    ['an unknown profile', '/applications/api/environments/prod-01/configurations/x', 404],
    ['flags of what has none', `${PATH}?flag=a`, 400],
    ['another path', '/elsewhere', 404],
  ])('answers %s with a text', async (_, path, status) => {
    const { local } = await start()
    await local.deploy({ ...API, content: 'plain' })

    const response = await fetch(`${local.agentUrl}${path}`)

    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/text')
    expect(await response.text()).toMatch(/Exception: /)
  })

  it('is pinged', async () => {
    const { local } = await start()

    const response = await fetch(`${local.agentUrl}/ping`)

    expect(await response.json()).toHaveProperty('version')
  })

  it.each([
    [{}, 401],
    [{ authorization: 'Bearer wrong' }, 401],
    [{ authorization: 'Bearer open sesame' }, 200],
  ])('wants its access token: %o', async (headers, status) => {
    const { local } = await start({ agentAccessToken: 'open sesame' })
    await local.deploy({ ...API, content: 'one' })

    expect((await ask(local, '', headers)).status).toBe(status)
  })

  it('takes names that must be encoded', async () => {
    const { local } = await start()
    await local.deploy({ ...API, profile: 'a/b c', content: 'one' })
    const path = `/applications/api/environments/prod-01/configurations/${encodeURIComponent('a/b c')}`

    const response = await fetch(`${local.agentUrl}${path}`)

    expect(await response.text()).toBe('one')
  })

  it('fails as it is told to', async () => {
    const { local } = await start()
    await local.deploy({ ...API, content: 'one' })
    local.faults.add({ operation: 'Agent.GetConfiguration', status: 502, times: 1 })
    local.faults.add({ operation: 'Agent.GetConfiguration', body: 'garbage', times: 1 })

    const answers = [await ask(local), await ask(local), await ask(local)]

    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [502, 'BadGatewayException: This fault was asked for'],
      [200, 'garbage'],
      [200, 'one'],
    ])
  })
})

describe('an entity', () => {
  it('has one version at every endpoint while a deployment grows', async () => {
    const { local, clock } = await start()
    await local.deploy({ ...API, content: 'old' })
    await local.deploy({ ...API, content: 'new', strategy: LINEAR })
    const urls = [local.agentUrl, (await local.startAgent()).url, (await local.startAgent()).url]
    const tenants = Array.from({ length: 50 }, (_, index) => `tenant-${index}`)
    const had = new Map(tenants.map((tenant) => [tenant, 'old']))

    const shares: number[] = []
    for (let step = 0; step < 5; step += 1) {
      clock.advance(6 * MINUTE)
      for (const tenant of tenants) {
        const texts = await Promise.all(
          urls.map((url) => ask({ agentUrl: url }, '', { 'entity-id': tenant })),
        )
        const versions = new Set(texts.map(({ text }) => text))
        expect(versions.size).toBe(1)
        const [version = ''] = versions
        if (had.get(tenant) === 'new') expect(version).toBe('new')
        had.set(tenant, version)
      }
      shares.push([...had.values()].filter((version) => version === 'new').length)
    }

    expect(shares.at(-1)).toBe(50)
    expect(shares[1]).toBeGreaterThan(0)
    expect(shares[1]).toBeLessThan(50)
  })

  it('has a name of 2 KB at most', async () => {
    const { local } = await start()
    await local.deploy({ ...API, content: 'one' })

    expect((await ask(local, '', { 'entity-id': 'x'.repeat(2048) })).status).toBe(200)
    expect((await ask(local, '', { 'entity-id': 'x'.repeat(2049) })).status).toBe(400)
  })

  it('is missed: without one, endpoints differ while a deployment grows', async () => {
    const { local, clock } = await start()
    await local.deploy({ ...API, content: 'old' })
    await local.deploy({ ...API, content: 'new', strategy: LINEAR })
    clock.advance(16 * MINUTE)
    const agents = await Promise.all(Array.from({ length: 60 }, () => local.startAgent()))

    const texts = await Promise.all(agents.map(async ({ url }) => (await ask({ agentUrl: url })).text))

    expect(new Set(texts)).toEqual(new Set(['old', 'new']))
  })
})

describe('a flag under experiment', () => {
  const overlay = {
    version: '1',
    flags: { checkout: { name: 'Checkout' }, plain: { name: 'Plain' } },
    values: {
      checkout: {
        _variants: [
          { name: '__t1_override__', rule: '(in $entityId ["ann"])', enabled: true },
          { name: '__t1__', rule: '(and (exists key::"entityId") (eq $tier "pro"))', enabled: true },
          { name: '__c__', rule: '(exists key::"entityId")', enabled: false },
          { name: '__default__', enabled: false },
        ],
      },
      plain: { enabled: true },
    },
  }
  const flags = { ...API, profileType: 'AWS.AppConfig.FeatureFlags', content: overlay } as const

  it.each([
    ['?flag=checkout', {}, { _variant: '__default__', enabled: false }],
    ['?flag=checkout', { 'entity-id': 'bob' }, { _variant: '__c__', enabled: false }],
    ['?flag=checkout', { 'entity-id': 'bob', context: 'tier=pro' }, { _variant: '__t1__', enabled: true }],
    ['?flag=checkout', { 'entity-id': 'ann' }, { _variant: '__t1_override__', enabled: true }],
    ['?flag=checkout', { context: 'tier=pro,entityId=x', 'entity-id': 'bob' }, { _variant: '__t1__' }],
    ['?flag=plain', { 'entity-id': 'bob' }, { enabled: true }],
    [
      '?flag=checkout&flag=plain',
      { 'entity-id': 'bob' },
      { checkout: { _variant: '__c__', enabled: false }, plain: { enabled: true } },
    ],
  ])('is asked for by %s with %o', async (query, headers, expected) => {
    const { local } = await start()
    await local.deploy(flags)

    const answer = await ask(local, query, headers)

    expect(JSON.parse(answer.text)).toMatchObject(expected)
    expect(answer.headers['experiment-flags']).toBeUndefined()
  })

  it('is its default to a client that speaks to AppConfig itself', async () => {
    const { local, data } = await start()
    await local.deploy(flags)

    const { text } = await poll(data, await open(data))

    expect(JSON.parse(text)).toEqual({
      checkout: { _variant: '__default__', enabled: false },
      plain: { enabled: true },
    })
  })
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

async function ask(
  { agentUrl }: Pick<LocalAppConfig, 'agentUrl'>,
  query = '',
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${agentUrl}${PATH}${query}`, { headers })
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  }
}
