import { describe, expect, it } from 'vitest'
import { type LayerSpec, layer } from '../../src/layers/layer.ts'
import { type LayerPlan, needsTenant, sharedLayers, tenantLayers } from '../../src/layers/tenant-layers.ts'
import { documentName } from '../../src/sources/source.ts'
import type { Tenant } from '../../src/tenants/tenant.ts'

const plan = (layers: LayerSpec[], environment: LayerPlan['environment'] = 'prod-01'): LayerPlan => ({
  application: 'api',
  environment,
  layers,
})
const namesOf = (layers: LayerSpec[], tenant: Tenant | undefined, environment?: LayerPlan['environment']) =>
  tenantLayers(plan(layers, environment), tenant).map(({ document, section }) =>
    section === undefined ? documentName(document) : `${documentName(document)}#${section}`,
  )
const tenant: Tenant = { id: 'tenant-01', tier: 'pro', cell: 'prod-02' }

describe('the layers of a tenant', () => {
  it('are named from what the tenant is, in order', () => {
    const layers = ['default', (t: Tenant) => `tier-${t.tier}`, layer('tenants', { section: (t) => t.id })]
    expect(namesOf(layers, tenant)).toEqual([
      'api/prod-01/default',
      'api/prod-01/tier-pro',
      'api/prod-01/tenants#tenant-01',
    ])
  })

  it('come from its cell, or from elsewhere', () => {
    const layers = [
      'default',
      layer('ops', { environment: 'prod-ops' }),
      layer('shared', { application: 'common' }),
    ]
    expect(namesOf(layers, tenant, (t) => t.cell as string)).toEqual([
      'api/prod-02/default',
      'api/prod-ops/ops',
      'common/prod-02/shared',
    ])
  })

  it('leave out what a function answers undefined for', () => {
    expect(namesOf(['default', () => undefined], tenant)).toEqual(['api/prod-01/default'])
  })

  it('are, without a tenant, those that need none', () => {
    const layers = ['default', (t: Tenant) => t.id, layer('tenants', { section: (t) => t.id })]
    expect(namesOf(layers, undefined)).toEqual(['api/prod-01/default', 'api/prod-01/tenants'])
    expect(sharedLayers(plan(['default'], (t) => t.cell as string))).toEqual([])
  })

  it('are told apart: its own, and those it shares', () => {
    const layers = [
      'default',
      (t: Tenant) => `tier-${t.tier}`,
      (t: Tenant) => `tenant-${t.id}`,
      layer('tenants', { section: (t) => t.id }),
      (t: Tenant) => (t.id === 'tenant-01' ? 'only-known' : raise()),
    ]
    expect(tenantLayers(plan(layers.slice(0, 4)), tenant).map(({ scope }) => scope)).toEqual([
      'everyone',
      'group',
      'tenant',
      'everyone',
    ])
    expect(tenantLayers(plan(layers.slice(4)), tenant)[0]?.scope).toBe('tenant')
    const inCells = tenantLayers(
      plan(['default'], (t) => t.cell as string),
      tenant,
    )
    expect(inCells.map(({ scope }) => scope)).toEqual(['group'])
  })

  it('of sections contribute nothing without a tenant', () => {
    const layers = [layer('tenants', { section: (t) => t.id })]
    expect(tenantLayers(plan(layers), undefined)).toMatchObject([{ isWithheld: true, section: undefined }])
    expect(tenantLayers(plan(layers), tenant)).toMatchObject([{ isWithheld: false, section: 'tenant-01' }])
  })

  it('need a tenant where a function or a section does', () => {
    expect(needsTenant(plan(['a', layer('b', {})]))).toBe(false)
    expect(needsTenant(plan(['a', () => 'b-1']))).toBe(true)
    expect(needsTenant(plan([layer('a', { section: (t) => t.id })]))).toBe(true)
    expect(needsTenant(plan(['a'], () => 'prod-01'))).toBe(true)
    expect(needsTenant(plan([layer('a', { environment: 'x' })], () => 'prod-01'))).toBe(false)
  })
})

describe('a computed name', () => {
  it.each([
    ['climbing out', () => '../secrets'],
    ['with a slash', () => 'a/b'],
    ['with a line break', () => 'a\r\nX: y'],
    ['that is empty', () => ''],
    ['that is not ASCII', () => 'tenänt'],
    ['that is too long', () => 'x'.repeat(200)],
    ['that looks like an AWS id', () => 'abc1234'],
    ['of an unsafe environment', () => layer('tier-a', { environment: 'a b' })],
    ['of an unsafe application', () => layer('tier-a', { application: '..' })],
    ['that is no name at all', () => 7 as unknown as string],
  ])('%s is refused', (_, compute) => {
    expect(() => namesOf([compute], tenant)).toThrow(expect.objectContaining({ code: 'LAYER_NAME_INVALID' }))
  })

  it.each([
    ['tier', (t: Tenant) => `tier-${t.tier}`],
    ['cell', (t: Tenant) => layer('base-x', { environment: `prod-${t.cell}` })],
  ])('with a %s that the tenant has not is refused, and the text says so', (what, compute) => {
    expect(() => namesOf([compute], { id: 'tenant-01' })).toThrow(
      expect.objectContaining({
        code: 'LAYER_NAME_INVALID',
        message: expect.stringContaining(`no ${what}`),
      }),
    )
  })

  it('may hold a word that looks like a missing part if the tenant is called so', () => {
    expect(namesOf([(t) => `tenant-${t.id}`], { id: 'acme-null' })).toEqual(['api/prod-01/tenant-acme-null'])
  })

  it.each([Number.NaN, 0, 1, 14, 86_401, 60.5])(
    'of a layer with pollIntervalSeconds %s is refused',
    (seconds) => {
      expect(() => namesOf([() => layer('base-x', { pollIntervalSeconds: seconds })], tenant)).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining('15 to 86400') }),
      )
    },
  )

  it('of a section or of an environment is checked too', () => {
    expect(() => namesOf([layer('tenants', { section: () => '__proto__' })], tenant)).toThrow(
      expect.objectContaining({ code: 'LAYER_NAME_INVALID' }),
    )
    expect(() => namesOf(['default'], tenant, () => 'prod 01')).toThrow(
      expect.objectContaining({ code: 'LAYER_NAME_INVALID' }),
    )
  })

  it('that belongs to another layer is refused: tenant id `tenant-pro`, tier `tenant-pro`', () => {
    const layers = [(t: Tenant) => `tenant-${t.tier}`, (t: Tenant) => t.id]
    expect(() => namesOf(layers, { id: 'tenant-pro', tier: 'pro' })).toThrow(
      expect.objectContaining({ code: 'LAYER_DUPLICATE' }),
    )
    expect(() => namesOf([layer('ops', {}), (t: Tenant) => t.id], { id: 'ops' })).toThrow(
      expect.objectContaining({ code: 'LAYER_DUPLICATE' }),
    )
  })
})

function raise(): never {
  throw new Error('no such tenant')
}
