/**
 * Many warm tenants in one process: what they hold, and how long making them takes.
 *
 * @module
 */
import { z } from 'zod'
import { load } from '../harness/packages.mjs'

const TIERS = ['free', 'pro', 'enterprise']
/** As many overrides as fit into what AppConfig takes as one document, 2 MB. */
const TENANTS_A_DOCUMENT = 8000

/** About 2,000 bytes of JSON: twenty groups of settings. */
export function baseDocument() {
  return Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [
      `group${at}`,
      { enabled: at % 2 === 0, limit: at * 10, model: `model-${at}`, regions: ['eu', 'us'], ratio: at / 7 },
    ]),
  )
}

/** About 215 bytes: two settings of a group and a text. */
function override(id) {
  return {
    group3: { limit: 99, model: `model-of-${id}` },
    notes: `As agreed with ${id}: a higher limit and a model of its own, for the time of the contract, and as long after that as nobody takes either of them back again.`,
  }
}

/** As somebody would merge it by hand: values of the base and of the override are shared. */
export function handMerged({ tenants, keep = false }) {
  return measured(tenants, async (count) => {
    const [baseText, overridesText] = [JSON.stringify(baseDocument()), JSON.stringify(sections(count))]
    return () => {
      const base = JSON.parse(baseText)
      const overrides = JSON.parse(overridesText)
      const composed = new Map()
      return {
        compose: (id) =>
          void composed.set(id, { freshUntilMs: Date.now(), config: merge(base, overrides[id]) }),
        held: keep ? { composed, overrides } : composed,
      }
    }
  })
}

function merge(base, over) {
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const isBoth = typeof value === 'object' && typeof base[key] === 'object' && !Array.isArray(value)
    merged[key] = isBoth ? merge(base[key], value) : value
  }
  return merged
}

/** @param shape `tier`, `section` or `document`; `schema`: whether one judges each. */
export function ours({ tenants, shape, schema = false }) {
  return measured(tenants, async (count) => {
    const { createAppConfig, layer, memory } = await load('core')
    const layers = {
      tier: (tenant) => `tier-${tenant.tier}`,
      section: ({ id }) => layer(`tenants-${shardOf(id)}`, { section: () => id }),
      document: ({ id }) => `tenant-${id}`,
    }
    const source = memory({ default: baseDocument(), ...documentsOf(shape, count) })
    return async () => {
      const client = createAppConfig({
        application: 'api',
        environment: 'bench',
        layers: ['default', layers[shape]],
        source,
        maxTenants: count,
        startTimeoutMs: 60_000,
        maxNewTenantsPerSecond: 10_000_000,
        maxRequestsPerSecond: 1_000_000,
        ...(schema && { schema: z.looseObject({ group0: z.looseObject({ enabled: z.boolean() }) }) }),
      })
      await client.start()
      const compose = (id, at) => client.resolve({ id, tier: TIERS[at % TIERS.length] })
      return { compose, held: client, close: () => client.close() }
    }
  })
}

function documentsOf(shape, tenants) {
  if (shape === 'tier') return Object.fromEntries(TIERS.map((tier, at) => [`tier-${tier}`, { rank: at }]))
  if (shape === 'section') return shards(tenants)
  return Object.fromEntries(idsOf(tenants).map((id) => [`tenant-${id}`, override(id)]))
}

function shards(tenants) {
  const documents = {}
  for (const id of idsOf(tenants)) {
    const name = `tenants-${shardOf(id)}`
    documents[name] ??= {}
    documents[name][id] = override(id)
  }
  return Object.fromEntries(
    Object.entries(documents).map(([name, content]) => [name, JSON.stringify(content)]),
  )
}

function shardOf(id) {
  return Math.floor(Number(id.slice(1)) / TENANTS_A_DOCUMENT)
}

function sections(tenants) {
  return Object.fromEntries(idsOf(tenants).map((id) => [id, override(id)]))
}

function idsOf(tenants) {
  return Array.from({ length: tenants }, (_, at) => `t${at}`)
}

/** Enough for the engine to compile what it will. */
const FIRST_TENANTS = 500

/**
 * `control.measure`: makes all tenants, and answers bytes and microseconds for each.
 *
 * @param prepare is given how many tenants there will be, and answers what makes all that is held of them.
 */
function measured(tenants, prepare) {
  let held
  return {
    control: {
      async measure() {
        // Code that is loaded and compiled is no tenant's.
        const first = await (await prepare(FIRST_TENANTS))()
        for (const [at, id] of idsOf(FIRST_TENANTS).entries()) await first.compose(id, at)
        await first.close?.()
        // The ids belong to the application, and the source's bodies to the test: both stand before the first look.
        const ids = idsOf(tenants)
        const make = await prepare(tenants)
        const before = heapNow()
        const made = await make()
        held = made.held
        const beganAt = process.cpuUsage()
        for (const [at, id] of ids.entries()) await made.compose(id, at)
        const { user, system } = process.cpuUsage(beganAt)
        return {
          bytes: (heapNow() - before) / tenants,
          composeUs: (user + system) / tenants,
          held: held !== undefined,
        }
      },
    },
  }
}

function heapNow() {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
