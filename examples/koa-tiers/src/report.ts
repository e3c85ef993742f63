/**
 * Code that knows nothing of Koa, and is handed no configuration: it asks for the request's.
 *
 * @module
 */
import { currentConfig } from '@appconfig-kit/koa'

export async function reportOf(tenantId: string): Promise<object> {
  const rows = await readRows(tenantId)
  return { tenant: tenantId, rows, formats: currentConfig().formats }
}

async function readRows(_tenantId: string): Promise<number> {
  return currentConfig().rowsPerReport
}
