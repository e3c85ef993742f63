/** Hostile documents, tenants, contexts and names of flags, as a client and its callers meet them. */
import {
  createAppConfig,
  type DocumentId,
  dynamicConfig,
  evaluateFlags,
  isAppConfigError,
  isEnabled,
  layer,
  type Source,
  tenantFromHeader,
  tenantFromPath,
  tenantFromSubdomain,
  variantOf,
  versionOf,
} from '@appconfig-kit/core'
import { readDocument } from '@appconfig-kit/core/documents'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { check, checkLater, SEED, TIMEOUT_MS } from '../../src/hostile/fuzz.ts'
import { expectCleanPrototypes, expectFrozenJson } from '../../src/hostile/purity.ts'
import { damaged, jsonText, KEYS, NAMES_FROM_OUTSIDE, name, wellFormed } from '../../src/hostile/texts.ts'

/** A source of bytes, which notes what it was asked for. */
function sourceOf(bodyOf: (profile: string) => Uint8Array | undefined): Source & { asked: DocumentId[] } {
  const asked: DocumentId[] = []
  return {
    name: 'hostile',
    asked,
    open: (document) => ({
      async poll() {
        asked.push(document)
        const body = bodyOf(document.profile)
        if (body === undefined) return { kind: 'absent', nextPollMs: 60_000 }
        return { kind: 'content', body, contentType: 'application/json', nextPollMs: 60_000 }
      },
    }),
  }
}

const OPTIONS = { application: 'a', environment: 'e', logger: false } as const

describe(`configurations of seed ${SEED}`, { timeout: TIMEOUT_MS }, () => {
  it('are frozen and clean, or refused with a code, whatever layers are merged', async () => {
    const body = fc.oneof(
      { weight: 5, arbitrary: jsonText.map((text) => Buffer.from(text)) },
      damaged(jsonText),
    )
    const context = fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(name, fc.double(), fc.boolean()), {
      maxKeys: 3,
    })
    await checkLater(
      fc.tuple(fc.array(body, { minLength: 1, maxLength: 3 }), context),
      150,
      async ([bodies, given]) => {
        const source = sourceOf((profile) => bodies[Number(profile)] as Uint8Array)
        const client = createAppConfig({ ...OPTIONS, source, layers: bodies.map((_, at) => String(at)) })
        try {
          const config = await client.resolve('tenant-01').catch(expectCoded)
          client.inspect('tenant-01')
          JSON.stringify(client.health())
          expectCleanPrototypes()
          if (config === undefined) return
          expectFrozenJson(config)
          const seen = (await client.resolve('tenant-01', { context: given }).catch(expectCoded)) ?? config
          expectFrozenJson(seen)
          const all = new Set(
            bodies.flatMap((bytes) =>
              Object.keys(Object(readDocument({ body: bytes, contentType: 'application/json' }).value)),
            ),
          )
          for (const key of Object.keys(config as object)) expect(all).toContain(key)
          for (const key of [...KEYS, ...all]) {
            expect(typeof isEnabled(config, key)).toBe('boolean')
            expect(['string', 'undefined']).toContain(typeof variantOf(config, key))
          }
          expect(versionOf(config)).toHaveLength(bodies.length)
          evaluateFlags(config as never, given as never)
          expectCleanPrototypes()
        } finally {
          await client.close()
        }
      },
    )
  })

  it('of one document may be anything', async () => {
    await checkLater(damaged(jsonText), 60, async (body) => {
      const config = await dynamicConfig({ ...OPTIONS, profile: 'p', source: sourceOf(() => body) }).catch(
        expectCoded,
      )
      if (config !== undefined) expectFrozenJson(config.current)
      await config?.close()
    })
  })
})

function expectCoded(error: unknown): undefined {
  if (!isAppConfigError(error)) throw error
  expect([400, 404, 500, 503]).toContain(error.status)
  return undefined
}

/** What a resolver may answer of what came from outside. */
const tenant = fc.oneof(
  name,
  fc.record(
    {
      id: name,
      tier: name,
      cell: name,
      attributes: fc.dictionary(fc.constantFrom(...KEYS, 'plan'), fc.oneof(name, fc.double(), fc.boolean()), {
        maxKeys: 3,
      }),
    },
    { requiredKeys: ['id'] },
  ),
)

describe(`tenants of seed ${SEED}`, { timeout: TIMEOUT_MS }, () => {
  it('reach no name but their own, and no section but their own', async () => {
    const sections = { 'tenant-01': { own: 'tenant-01' }, constructor: { own: 'constructor' } }
    const source = sourceOf((profile) => Buffer.from(JSON.stringify(profile === 'sections' ? sections : {})))
    const client = createAppConfig({
      ...OPTIONS,
      source,
      environment: ({ cell }) => (cell === undefined ? 'e' : `cell-${cell}`),
      layers: [
        layer('sections', { section: ({ id }) => id, optional: true, environment: 'shared' }),
        ({ tier }) => (tier === undefined ? undefined : layer(`tier-${tier}`)),
        ({ id }) => layer(`tenant-${id}`),
        ({ attributes }) =>
          attributes?.['plan'] === undefined ? undefined : layer(`plan-${attributes['plan']}`),
      ],
      maxNewTenantsPerSecond: 1_000_000,
    })
    try {
      await checkLater(
        tenant,
        300,
        async (given) => {
          const config = await client.resolve(given as never).catch(expectCoded)
          client.peek(given as never)
          client.inspect(given as never)
          expectCleanPrototypes()
          if (config === undefined) return
          const { id } = typeof given === 'string' ? { id: given } : given
          expect(['tenant-01', 'constructor', undefined]).toContain(config['own'])
          if (config['own'] !== undefined) expect(config['own']).toBe(id)
        },
        NAMES_FROM_OUTSIDE,
      )
    } finally {
      await client.close()
    }
    for (const { application, environment, profile } of source.asked) {
      expect(application).toBe('a')
      expect(environment).toMatch(/^(?:e|shared|cell-[A-Za-z0-9._-]*)$/)
      expect(profile).toMatch(/^(?:sections|(?:tenant|tier|plan)-[A-Za-z0-9._-]*)$/)
    }
    expect(source.asked.length).toBeGreaterThan(0)
  })

  it('of headers, hosts and paths are texts or nothing, and never throw', () => {
    const resolvers = [
      tenantFromHeader('X-Tenant', { setByTrustedProxy: true }),
      tenantFromSubdomain({ baseDomain: 'example.com' }),
      tenantFromPath('/t/:tenant'),
    ]
    const around = (part: fc.Arbitrary<string>) =>
      fc.oneof(
        part,
        part.map((text) => `${text}.example.com`),
      )
    const request = fc.record({
      method: fc.constantFrom('GET', 'OPTIONS', '', undefined),
      url: fc.oneof(
        name,
        name.map((text) => `/t/${text}`),
        name.map((text) => `http://h/t/${encodeURI(wellFormed(text))}/x`),
      ),
      headers: fc.record(
        {
          host: around(name),
          ':authority': around(name),
          'x-tenant': fc.oneof(name, fc.array(name)),
          'x-forwarded-host': fc.constant('other.example.com'),
          'access-control-request-method': fc.constant('GET'),
        },
        { requiredKeys: [] },
      ),
    })
    check(request, 1000, (given) => {
      for (const resolver of resolvers) {
        const id = resolver(given as never)
        expect(id === undefined || id === null || typeof id === 'string').toBe(true)
        expect(id).not.toBe('other')
      }
      const host = resolvers[1]?.(given as never)
      if (typeof host === 'string') expect(host).not.toMatch(/\./)
    })
  })
})
