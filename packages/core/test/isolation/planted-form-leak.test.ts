/** Whether the property would notice: the same, with ids that differ in case or Unicode form made one. */
import { vi } from 'vitest'
import type { Tenant } from '../../src/tenants/tenant.ts'
import { itIsFound } from './planted.ts'

vi.mock('../../src/tenants/tenant.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/tenants/tenant.ts')>()
  return {
    ...original,
    toTenant(given: Tenant | string, pattern: RegExp): Tenant {
      const tenant = original.toTenant(given, pattern)
      return { ...tenant, id: tenant.id.normalize('NFKC').trim() }
    },
  }
})

itIsFound('a leak between ids of different Unicode forms', /(sees|is taken for)/)
