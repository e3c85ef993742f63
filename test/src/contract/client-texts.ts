/**
 * What a client of the API reads of an error: its own fault, and nothing of how the server is configured.
 *
 * @module
 */
import { type AppConfigOptions, createAppConfig, type JsonObject, memory } from '@appconfig-kit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AdapterUnderTest } from './describe-adapter.ts'

/** A request, the options it meets, and what is answered. */
const CASES: readonly Case[] = [
  ['a bad id', { tenant: '../etc' }, 400, 'TENANT_ID_INVALID: the tenant id is not valid'],
  [
    'an id of another pattern',
    { tenant: 't1', options: { tenantIdPattern: /^customer-\d+$/ } },
    400,
    'TENANT_ID_INVALID: the tenant id is not valid',
  ],
  ['a tenant without a profile', { tenant: 't1' }, 404, 'TENANT_UNKNOWN: there is no such tenant'],
  [
    'a tenant that isKnownTenant denies',
    { tenant: 't1', options: { isKnownTenant: () => false } },
    404,
    'TENANT_UNKNOWN: there is no such tenant',
  ],
  ['a resolver that answers nonsense', { tenant: { tenantId: 't1' } }, 500, undefined],
  ['a source that fails', { tenant: 't1', document: undefined }, 503, undefined],
]

const NO_TENANT: Case = [
  'no tenant',
  { tenant: undefined },
  400,
  'TENANT_MISSING: the request names no tenant',
]

type Case = readonly [what: string, given: Given, status: number, text: string | undefined]

interface Given {
  readonly tenant: unknown
  readonly options?: Partial<AppConfigOptions<undefined>>
  readonly document?: JsonObject | undefined
}

export function describeClientTexts(
  name: string,
  { start, errorBody, undefinedTenant }: AdapterUnderTest,
): void {
  describe.each(['production', 'development'] as const)(`${name} in %s answers`, (env) => {
    afterEach(() => void vi.unstubAllEnvs())

    const cases: typeof CASES = undefinedTenant === 'TENANT_NOT_KNOWN_YET' ? CASES : [...CASES, NO_TENANT]
    it.each(cases)('%s', async (_what, given, status, text) => {
      vi.stubEnv('NODE_ENV', env)
      const source = memory({ default: {} })
      if ('document' in given) source.failWith(new Error('SECRET host unreachable'))
      const client = createAppConfig({
        application: 'SECRET-application',
        environment: 'SECRET-environment',
        layers: ['default', (tenant) => `SECRET-profile-${tenant.id}`],
        source,
        ...given.options,
      })
      const server = await start({
        options: { client, tenant: () => given.tenant as string, skip: () => false },
        midRequest: async () => {},
        onError: () => {},
        env,
      })
      try {
        const response = await fetch(new URL('/config', server.url))
        // The lines of a stack, which Express shows in development, are another on each machine.
        const body = (await response.text()).replaceAll(/<br> &nbsp; &nbsp;at [^<]*/g, '')

        expect(response.status).toBe(status)
        if (text !== undefined || env === 'production') expect(body).toBe(errorBody(status, text, env))
        if (text !== undefined)
          expect(body).not.toMatch(/SECRET|appconfig-kit|tenantIdPattern|customer|option|layer|Deploy/)
      } finally {
        await server.close()
        await client.close()
      }
    })
  })
}
