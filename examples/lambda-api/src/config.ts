/**
 * What all functions share: the client, and whose request it is.
 *
 * @module
 */
import { type AppConfigClient, agent, createAppConfig, layer, type Tenant } from '@appconfig-kit/core'

// The AppConfig Agent is an extension of the function, which listens here.
const port = process.env['AWS_APPCONFIG_EXTENSION_HTTP_PORT'] ?? '2772'

// Outside of the handler: made once for all invocations of an instance.
export const client: AppConfigClient = createAppConfig({
  application: 'search',
  environment: 'prod',
  layers: ['default', (tenant) => layer(`tenant-${tenant.id}`, { optional: true })],
  source: agent({ baseUrl: `http://127.0.0.1:${port}` }),
  // Timers stand still while the function is frozen.
  refresh: 'onRequest',
  resolveTimeoutMs: 1000,
  startTimeoutMs: 1000,
})

// Part of the init phase. If the Agent is not there yet, the first invocation asks again.
await client.start().catch(() => {})

/** Whose key it is: the tenant comes from here, never from what a client says it is. */
const TENANT_BY_KEY: ReadonlyMap<string, Tenant> = new Map([
  ['key-of-ada', { id: 'ada' }],
  ['key-of-grace', { id: 'grace' }],
])

/** The tenant of a request; undefined for a key that nobody has. */
export function tenantOf(authorization: string | undefined): Tenant | undefined {
  return TENANT_BY_KEY.get((authorization ?? '').replace(/^Bearer /, ''))
}
