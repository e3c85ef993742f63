/**
 * A function without a framework, behind a function URL or an HTTP API (events of version 2.0).
 *
 * @module
 */
import { isAppConfigError, isEnabled } from '@appconfig-kit/core'
import { client, tenantOf } from './config.ts'

interface HttpEvent {
  readonly headers: Readonly<Record<string, string | undefined>>
}

interface HttpAnswer {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export async function handler(event: HttpEvent): Promise<HttpAnswer> {
  const tenant = tenantOf(event.headers['authorization'])
  if (tenant === undefined) return { statusCode: 401, body: 'send Authorization: Bearer key-of-ada' }
  try {
    const config = await client.resolve(tenant)
    const search = isEnabled(config, 'newSearch') ? 'new' : 'old'
    return { statusCode: 200, body: JSON.stringify({ tenant: tenant.id, search, limit: config['limit'] }) }
  } catch (error) {
    if (!isAppConfigError(error)) throw error
    console.error(error)
    // Such as 503 with Retry-After, while there is no configuration at all.
    return { statusCode: error.status, headers: error.headers, body: error.expose ? error.message : '' }
  }
}
