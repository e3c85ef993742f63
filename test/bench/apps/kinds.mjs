/**
 * What an application does with a request, by name; each framework's file puts it together.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { load } from '../harness/packages.mjs'
import { FLAG, freshContext, handRule, plainDocument, ruleDocument, TENANT } from '../participants/flags.mjs'
import { finder } from '../participants/floor.mjs'
import { deciderOf } from '../participants/peer.mjs'

/** Kinds that are ours: options of the adapter, and how a handler asks. */
export const OURS = {
  flag: { document: plainDocument(), ask: 'config' },
  gate: { document: plainDocument(), ask: 'gate' },
  async: { document: plainDocument(), ask: 'current', asyncContext: true },
  variants: {
    document: ruleDocument({ flags: 100, variants: 1 }),
    ask: 'flagged',
    context: () => freshContext(),
  },
}

export const tenantOf = (request) => request.headers['x-tenant-id']

export async function adapterOptions({ document, asyncContext = false, context }, tenant) {
  const { createAppConfig, memory } = await load('core')
  const client = createAppConfig({
    application: 'api',
    environment: 'bench',
    layers: ['default'],
    source: memory({ default: document }),
    maxNewTenantsPerSecond: 1_000_000,
    asyncContext,
  })
  await client.resolve(TENANT)
  return { client, tenant, ...(context && { context }) }
}

/**
 * For others: what a middleware attaches to a request, how a handler decides by it, and, for some, what the rest of the
 * request runs in. Nothing for `bare`.
 */
export async function partsOf(kind) {
  if (kind === 'bare') return undefined
  if (kind.startsWith('floor')) {
    const find = finder()
    const storage = new AsyncLocalStorage()
    return {
      attach: (request) => find(tenantOf(request)),
      decide: (config) => config[FLAG].enabled,
      ...(kind === 'floor, async context' && { around: (config, next) => storage.run(config, next) }),
    }
  }
  const attach = (request) => freshContext(tenantOf(request))
  if (kind === 'hand') return { attach, decide: handRule }
  const [peer, what = 'plain'] = kind.split(' ')
  return { attach, decide: await deciderOf(peer, what) }
}

/** Sends an answer now if it is there now. */
export function answer(on, send) {
  return on instanceof Promise ? on.then((value) => send(value ? 'on' : 'off')) : send(on ? 'on' : 'off')
}

export { FLAG }
