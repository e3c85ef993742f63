import { describe, expect, it } from 'vitest'
import { tenantFromHeader, tenantFromPath, tenantFromSubdomain } from '../../src/index.ts'

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
    ['t1.example.com.evil.org', undefined],
    ['t1example.com', undefined],
    [undefined, undefined],
  ])('reads %s as %s', (host, tenant) => {
    expect(resolve({ headers: { host, 'x-forwarded-host': 't2.example.com' } })).toBe(tenant)
  })
})

describe('tenantFromPath', () => {
  const resolve = tenantFromPath('/t/:tenant')

  it.each([
    ['/t/t1/search?q=/t/t2', undefined, 't1'],
    ['/search', '/t/t1/search', 't1'],
    ['/t/a%2Fb', undefined, 'a/b'],
    ['/t/%', undefined, undefined],
    ['/t', undefined, undefined],
    ['/x/t1', undefined, undefined],
    [undefined, undefined, undefined],
  ])('reads %s behind %s as %s', (url, originalUrl, tenant) => {
    expect(resolve({ headers: {}, url, originalUrl })).toBe(tenant)
  })

  it('needs a segment of that name', () => {
    expect(() => tenantFromPath('/t/:id')).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
  })
})
