import { describe, expect, it } from 'vitest'
import {
  type TenantResolver,
  tenantFromHeader,
  tenantFromPath,
  tenantFromSubdomain,
} from '../../src/index.ts'

describe('tenantFromHeader', () => {
  const resolve = tenantFromHeader('X-Tenant', { setByTrustedProxy: true })

  it.each([
    [{ 'x-tenant': 't1' }, 't1'],
    [{}, undefined],
    [{ 'x-tenant': ['t1', 't2'] }, undefined],
  ])('reads %j as %s', (headers, tenant) => {
    expect(resolve({ headers } as never)).toBe(tenant)
  })

  it('has to be told that a trusted proxy sets it', () => {
    expect(() => tenantFromHeader('x-tenant', {} as never)).toThrow(/setByTrustedProxy/)
    expect(() => tenantFromHeader('x-tenant', undefined as never)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    )
  })
})

describe('tenantFromSubdomain', () => {
  const resolve = tenantFromSubdomain({ baseDomain: 'Example.com' })

  it.each([
    ['t1.example.com', 't1'],
    ['T1.EXAMPLE.com:8080', 't1'],
    ['example.com', undefined],
    ['.example.com', undefined],
    ['a.b.example.com', undefined],
    ['t1.example.com.', 't1'],
    ['t1.example.com.:8080', 't1'],
    ['t1.example.com..', undefined],
    ['t1.example.com.evil.org', undefined],
    ['t1example.com', undefined],
    [undefined, undefined],
  ])('reads %s as %s', (host, tenant) => {
    expect(resolve({ headers: { host, 'x-forwarded-host': 't2.example.com' } })).toBe(tenant)
    expect(resolve({ headers: { ':authority': host } })).toBe(tenant)
  })
})

describe('tenantFromPath', () => {
  const resolve = tenantFromPath('/t/:tenant')

  it.each([
    ['/t/t1/search?q=/t/t2', undefined, 't1'],
    ['/search', '/t/t1/search', 't1'],
    ['/T/T1/search', undefined, 'T1'],
    ['http://api.example.com/t/t1/search?q=/t/t2', undefined, 't1'],
    ['http://api.example.com?q=/t/t1', undefined, undefined],
    ['HTTPS://t/t/t1', undefined, 't1'],
    ['/t/a%2Fb', undefined, 'a/b'],
    ['/t/%', undefined, undefined],
    ['/t', undefined, undefined],
    ['/x/t1', undefined, undefined],
    [undefined, undefined, undefined],
  ])('reads %s behind %s as %s', (url, originalUrl, tenant) => {
    expect(resolve({ headers: {}, url, originalUrl })).toBe(tenant)
  })

  it('minds the case of what stands around the tenant when told to', () => {
    const strict = tenantFromPath('/t/:tenant', { caseSensitive: true })

    expect(strict({ headers: {}, url: '/t/T1' })).toBe('T1')
    expect(strict({ headers: {}, url: '/T/T1' })).toBeUndefined()
  })

  it('needs a segment of that name', () => {
    expect(() => tenantFromPath('/t/:id')).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
  })
})

describe('a CORS preflight', () => {
  const preflight = {
    method: 'OPTIONS',
    url: '/t/t1',
    headers: { host: 't1.example.com', 'x-tenant': 't1', 'access-control-request-method': 'GET' },
  }
  const resolvers = (preflights?: boolean): TenantResolver[] => {
    const options = preflights === undefined ? {} : { preflights }
    return [
      tenantFromHeader('x-tenant', { setByTrustedProxy: true, ...options }),
      tenantFromSubdomain({ baseDomain: 'example.com', ...options }),
      tenantFromPath('/t/:tenant', options),
    ]
  }

  it('has no tenant', () => {
    for (const resolve of resolvers()) expect(resolve(preflight)).toBeNull()
  })

  it('has one where the resolver says so', () => {
    for (const resolve of resolvers(true)) expect(resolve(preflight)).toBe('t1')
  })

  it('is no other OPTIONS request, and no other method', () => {
    const { 'access-control-request-method': _, ...headers } = preflight.headers
    for (const resolve of resolvers()) {
      expect(resolve({ ...preflight, headers })).toBe('t1')
      expect(resolve({ ...preflight, method: 'GET' })).toBe('t1')
    }
  })
})
