/** Whether the property would notice: the same, with whole documents of sections given to requests without a tenant. */
import { vi } from 'vitest'
import type { TenantLayer } from '../../src/layers/tenant-layer.ts'
import type { LayerPlan } from '../../src/layers/tenant-layers.ts'
import type { Tenant } from '../../src/tenants/tenant.ts'
import { itIsFound } from './planted.ts'

vi.mock('../../src/layers/tenant-layers.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/layers/tenant-layers.ts')>()
  return {
    ...original,
    tenantLayers: (plan: LayerPlan, tenant: Tenant | undefined): TenantLayer[] =>
      original.tenantLayers(plan, tenant).map((layer) => ({ ...layer, isWithheld: false })),
  }
})

itIsFound('a leak of sections to requests without a tenant', /null of (shop|bank) (sees|is not served)/)
