/**
 * The least that could do the job: what somebody would write by hand for this one case.
 *
 * @module
 */
import { FLAG, freshContext, handRule, plainDocument, TENANT, TENANTS } from './flags.mjs'

const IDLE_AFTER_MS = 900_000

/** A flag read off a configuration that is at hand. */
export function attached({ flags } = {}) {
  const configs = [plainDocument(flags), plainDocument(flags)]
  let at = 0
  return { run: () => configs[at++ & 1][FLAG].enabled }
}

/** A tenant found and checked to be current, and one flag read: what honest caching can't leave out. */
export function warm({ flags } = {}) {
  const tenants = warmTenants([TENANT], plainDocument(flags))
  return { run: () => isOn(tenants, TENANT) }
}

/** The same, for 10,000 tenants in turn. */
export function rotating({ flags } = {}) {
  const tenants = warmTenants(TENANTS, plainDocument(flags))
  let at = 0
  return { run: () => isOn(tenants, TENANTS[at++ % TENANTS.length]) }
}

/** Three rules and a split, for a context nobody has seen. */
export function rules() {
  return { run: () => handRule(freshContext()) }
}

/** The same for a request, whose tenant is found and checked to be current first. */
export function rulesOfTenant() {
  const tenants = warmTenants(TENANTS, plainDocument())
  return { run: () => isOn(tenants, TENANT) && handRule(freshContext()) }
}

/** An object of so many flags, each on or off by a bit of its own. Nothing is decided. */
export function object({ flags = 100 } = {}) {
  const keys = Object.keys(plainDocument(flags))
  const values = [Object.freeze({ enabled: false }), Object.freeze({ enabled: true })]
  let bits = 1
  function run() {
    const config = {}
    for (const key of keys) {
      // Marsaglia's xorshift.
      bits ^= bits << 13
      bits ^= bits >>> 17
      bits ^= bits << 5
      config[key] = values[bits & 1]
    }
    return Object.freeze(config)[FLAG].enabled
  }
  return { run }
}

/** The configuration of a tenant that is current, for servers. */
export function finder() {
  const tenants = warmTenants(TENANTS, plainDocument())
  return (id) => current(tenants, id)
}

function warmTenants(ids, config) {
  return new Map(ids.map((id) => [id, { freshUntilMs: Date.now() + IDLE_AFTER_MS, config }]))
}

function isOn(tenants, id) {
  return current(tenants, id)[FLAG].enabled
}

function current(tenants, id) {
  const { freshUntilMs, config } = tenants.get(id)
  if (Date.now() >= freshUntilMs) throw new Error(`${id} is no longer current`)
  return config
}
