/**
 * appconfig-kit, out of the checkout under test.
 *
 * @module
 */
import { load } from '../harness/packages.mjs'
import { FLAG, freshContext, plainDocument, ruleDocument, TENANT, TENANTS } from './flags.mjs'

const { createAppConfig, isEnabled, memory } = await load('core')
const { configureRequests, isEnabledFor } = await load('core', 'adapter')

export const OPTIONS = {
  application: 'api',
  environment: 'bench',
  layers: ['default'],
  maxNewTenantsPerSecond: 1_000_000,
}

/** `isEnabled` on a configuration that is at hand. */
export async function attached({ flags } = {}) {
  const config = await (await clientFor(plainDocument(flags))).resolve(TENANT)
  return { run: () => isEnabled(config, FLAG) }
}

/** A warm tenant and one flag. */
export async function warm({ flags } = {}) {
  const client = await clientFor(plainDocument(flags))
  return { run: () => isEnabled(client.peek(TENANT), FLAG) }
}

/** The same by a tenant with attributes, made anew by each request. */
export async function warmObject({ flags } = {}) {
  const client = await clientFor(plainDocument(flags))
  const run = () => isEnabled(client.peek({ id: TENANT, tier: 'pro', cell: 'prod-01' }), FLAG)
  await client.resolve({ id: TENANT, tier: 'pro', cell: 'prod-01' })
  return { run }
}

/** 10,000 warm tenants in turn. */
export async function rotating({ flags } = {}) {
  const client = await clientFor(plainDocument(flags), TENANTS)
  let at = 0
  return { run: () => isEnabled(client.peek(TENANTS[at++ % TENANTS.length]), FLAG) }
}

/** Three rules and a split through a gate: what an adapter does for a request, without its framework. */
export async function gate(document) {
  const { configFor } = await requestsFor(document)
  return {
    run() {
      const request = { headers: {} }
      configFor(request)
      return isEnabledFor(request, FLAG, 'the bench')
    },
  }
}

/** The whole configuration of such a request, made and every flag of it read. */
export async function whole(document) {
  const { configFor } = await requestsFor(document)
  return {
    run() {
      const config = configFor({ headers: {} })
      let on = 0
      for (const flag of Object.keys(config)) if (config[flag].enabled) on++
      return on > 0
    },
  }
}

/** The same, of which one flag is read. */
export async function wholeForOne(document) {
  const { configFor } = await requestsFor(document)
  return { run: () => configFor({ headers: {} })[FLAG].enabled }
}

async function requestsFor(document) {
  const client = await clientFor(ruleDocument(document))
  return configureRequests({ client, tenant: () => TENANT, context: freshContext })
}

async function clientFor(document, tenants = [TENANT]) {
  const client = createAppConfig({ ...OPTIONS, source: memory({ default: document }) })
  for (const tenant of tenants) await client.resolve(tenant)
  return client
}
