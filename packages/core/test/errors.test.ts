import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { createAppConfig, ERROR_CODES, memory, TenantError, UnavailableError } from '../src/index.ts'

const OPTIONS = { application: 'api', environment: 'prod-01', source: memory({ default: {} }) }

it.each([
  [
    'TENANT_ID_INVALID',
    400,
    '../x',
    /the tenant id, a text of 4 characters, does not match .*tenantIdPattern/,
  ],
  ['TENANT_UNKNOWN', 404, 't1', /tenant-t1.* in api\/prod-01.*Deploy it|tenant-t1.*Deploy it/],
] as const)(
  '%s has a text for clients, and one for developers as its cause',
  async (code, status, id, advice) => {
    const client = createAppConfig({ ...OPTIONS, layers: ['default', (tenant) => `tenant-${tenant.id}`] })
    const error = await client.resolve(id).catch((reason: unknown) => reason)
    await client.close()

    expect(error).toMatchObject({
      code,
      status,
      expose: true,
      cause: { message: expect.stringMatching(advice) },
    })
    expect((error as Error).message).toMatch(/^[A-Z_]+: [a-z ]+$/)
    expect(inspect(error)).toMatch(advice)
  },
)

it('keeps what it came from behind the text for developers', () => {
  const cause = new Error('the database is down')

  expect(new TenantError('TENANT_UNKNOWN', 'x', { cause })).toMatchObject({ cause: { message: /x/, cause } })
  expect(new UnavailableError('CONFIG_UNAVAILABLE', 'x', { cause })).toMatchObject({ cause })
})

it('shows clients no text but those for clients', () => {
  for (const code of ERROR_CODES) {
    const error = new TenantError(code, 'SECRET')

    expect(error.expose && error.message.includes('SECRET')).toBe(false)
  }
})
