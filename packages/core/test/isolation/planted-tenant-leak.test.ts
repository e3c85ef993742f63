/** Whether the property would notice: the same, with tenants told apart by a normalised id alone. */
import { vi } from 'vitest'
import type { Tenant } from '../../src/tenants/tenant.ts'
import { itIsFound } from './planted.ts'

vi.mock('../../src/tenants/tenant.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isSameTenant: (a: Tenant, b: Tenant) => a.id === b.id,
}))

itIsFound('a leak between two kinds of one tenant', /(sees|is taken for|is not served)/)
