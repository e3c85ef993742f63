import { afterEach, describe, expect, it } from 'vitest'
import {
  type AdapterTraits,
  configureRequests,
  type RequestConfigurator,
  requestConfig,
} from '../../src/adapter.ts'
import { createAppConfig, memory, tryCurrentConfig } from '../../src/index.ts'

interface TestRequest {
  readonly headers: Record<string, string>
  user?: string
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Tenant = (request: TestRequest) => string | null | undefined | Promise<string | null | undefined>

function configured(
  tenant: Tenant,
  traits: AdapterTraits<TestRequest> = {},
  asyncContext = false,
): RequestConfigurator<TestRequest, unknown> {
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default', ({ id }) => ({ profile: `tenant-${id}`, optional: true })],
    source: memory({ default: { n: 1 }, 'tenant-t1': { owner: 't1' } }),
    asyncContext,
  })
  closing.push(() => client.close())
  return configureRequests<TestRequest, undefined>({ client, tenant }, traits)
}

describe('a request', () => {
  it('waits for a cold tenant, and not for a warm one', async () => {
    const { configFor } = configured(() => 't1')

    const cold = configFor({ headers: {} })
    const config = await cold

    expect(cold).toBeInstanceOf(Promise)
    expect(configFor({ headers: {} })).toBe(config)
  })

  it('is decided once, however many ask at once', async () => {
    let asked = 0
    const { configFor } = configured(async () => {
      asked += 1
      return 't1'
    })
    const request = { headers: {} }

    const configs = await Promise.all([configFor(request), configFor(request), configFor(request)])

    expect(new Set(configs).size).toBe(1)
    expect(configFor(request)).toBe(configs[0])
    expect(asked).toBe(1)
  })

  it('is found by the key its framework has for it', async () => {
    const inner = {}
    const { configFor } = configured(() => null, { keyOf: () => inner })

    const config = await configFor({ headers: {} })

    expect(requestConfig(inner, 'a test')).toBe(config)
  })

  it('is asked anew after a failure', async () => {
    const answers = ['../bad', 't1']
    const { configFor } = configured(() => answers.shift())
    const request = { headers: {} }

    await expect(configFor(request)).rejects.toMatchObject({ code: 'TENANT_ID_INVALID' })
    expect(() => requestConfig(request, 'a test')).toThrow(/MIDDLEWARE_MISSING: a test/)
    expect(await configFor(request)).toMatchObject({ owner: 't1' })
  })

  it('never goes on without a configuration, whatever its client answers', async () => {
    const client = {
      ...createAppConfig({ application: 'api', environment: 'e', layers: ['a'], source: memory() }),
    }
    closing.push(() => client.close())
    for (const nothing of [undefined, null]) {
      const odd = {
        ...client,
        start: async () => {},
        peek: () => undefined,
        resolve: async () => nothing as never,
      }
      const { configFor } = configureRequests<TestRequest, undefined>({ client: odd, tenant: () => null })

      await expect(configFor({ headers: {} })).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    }
  })

  it('has one client', async () => {
    const request = { headers: {} }
    await configured(() => null).configFor(request)

    expect(() => configured(() => null).configFor(request)).toThrow(
      expect.objectContaining({ code: 'CLIENT_CONFLICT' }),
    )
  })
})

describe('a tenant known late', () => {
  const late = { whenNotKnownYet: 'Authenticate first' }

  it.each([
    ['at once', ({ user }: TestRequest) => user],
    ['by a promise', async ({ user }: TestRequest) => user],
  ])('leaves its request undecided until somebody knows (%s)', async (_, tenant) => {
    const { configFor } = configured(tenant, late)
    const request: TestRequest = { headers: {} }

    expect(await configFor(request)).toBeUndefined()
    expect(() => requestConfig(request, 'a gate')).toThrow(
      expect.objectContaining({
        code: 'TENANT_NOT_KNOWN_YET',
        message: expect.stringMatching(/a gate was reached before .*Authenticate first/),
      }),
    )
    request.user = 't1'
    const config = await configFor(request)
    request.user = 't2'

    expect(config).toMatchObject({ owner: 't1' })
    expect(await configFor(request)).toBe(config)
    expect(requestConfig(request, 'a gate')).toBe(config)
  })

  it('may turn out to be nobody', async () => {
    const { configFor } = configured(() => null, late)

    expect(await configFor({ headers: {} })).toEqual({ n: 1 })
  })

  it('appears in the async context that was entered before', async () => {
    const { configFor, run } = configured(({ user }) => user, late, true)
    const request: TestRequest = { headers: {} }
    configFor(request)

    await run(request, async () => {
      expect(tryCurrentConfig()).toBeUndefined()
      request.user = 't1'
      const config = await configFor(request)
      expect(tryCurrentConfig()).toBe(config)
    })
  })

  it('without the rule is a fault of the request', () => {
    const { configFor } = configured(() => undefined)

    expect(() => configFor({ headers: {} })).toThrow(expect.objectContaining({ code: 'TENANT_MISSING' }))
  })
})

describe('what a function of the application answered', () => {
  it.each([
    [42, /the tenant resolver answered a number\. Let it answer \{ id/],
    [{ tenantId: 't1' }, /answered an object of "tenantId"\./],
    [['t1'], /answered an array\./],
    [{}, /answered an object without keys\./],
  ])('is told when it is no tenant: %j', (answer, text) => {
    const { configFor } = configured(() => answer as never)

    expect(() => configFor({ headers: {} })).toThrow(
      expect.objectContaining({ code: 'RESOLVER_FAILED', message: expect.stringMatching(text) }),
    )
  })

  it('is kept as the cause when it was thrown and is no error', () => {
    const { configFor } = configured(() => {
      throw 'route'
    })

    expect(() => configFor({ headers: {} })).toThrow(
      expect.objectContaining({
        code: 'RESOLVER_FAILED',
        cause: 'route',
        message: expect.stringContaining('the tenant resolver threw "route"'),
      }),
    )
  })
})

it.each([null, '', 0, false, 'x-tenant', {}])(
  'a tenant resolver that is %j is refused, not left out',
  (tenant) => {
    const options = { application: 'api', environment: 'e', layers: ['a'], source: memory(), tenant }

    expect(() => configureRequests(options as never)).toThrow(/tenant must be a function of the request/)
  },
)
