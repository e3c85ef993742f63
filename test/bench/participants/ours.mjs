/**
 * appconfig-kit, out of the checkout under test.
 *
 * @module
 */
import { EventEmitter } from 'node:events'
import { dependencyOf, load } from '../harness/packages.mjs'
import { FLAG, freshContext, plainDocument, ruleDocument, TENANT, TENANTS } from './flags.mjs'

const { createAppConfig, isEnabled, memory } = await load('core')
const { appConfig, flagged } = await load('express')
const { default: express } = await import(dependencyOf('express', 'express'))

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

/** A request through the middleware of the Express adapter, and its end, with and without counting. */
export async function counting({ telemetry } = {}) {
  const client = createAppConfig({
    ...OPTIONS,
    layers: ['default', 'ops'],
    source: memory({ default: plainDocument(), ops: {} }),
    ...(telemetry && { telemetry }),
  })
  await client.resolve(TENANT)
  const middleware = appConfig({ client, tenant: () => TENANT })
  return {
    run() {
      const request = new Request()
      const response = new Closing()
      inFlight = request
      inFlightResponse = response
      middleware(request, response, proceed)
      response.emit('close')
      return isEnabled(request.config, FLAG)
    },
  }
}

/** As much of a request as is needed. As Express's it inherits from the application's. */
function Request() {
  this.headers = {}
}
Request.prototype = express().request

/** As much of a response as counting needs. */
class Closing extends EventEmitter {
  statusCode = 200
  writableFinished = true
}

/** 10,000 warm tenants in turn. */
export async function rotating({ flags } = {}) {
  const client = await clientFor(plainDocument(flags), TENANTS)
  let at = 0
  return { run: () => isEnabled(client.peek(TENANTS[at++ % TENANTS.length]), FLAG) }
}

/** Three rules and a split through the middleware and an if-flag of the Express adapter, without Express. */
export async function gate(document) {
  const middleware = await middlewareFor(document)
  let isNew = false
  const route = flagged(FLAG, {
    old: () => {
      isNew = false
    },
    new: () => {
      isNew = true
    },
  })
  return {
    run() {
      const request = new Request()
      inFlight = request
      middleware(request, RESPONSE, proceed)
      route(request, RESPONSE, proceed)
      return isNew
    },
  }
}

/** The whole configuration of such a request, made and every flag of it read. */
export async function whole(document) {
  const middleware = await middlewareFor(document)
  return {
    run() {
      const request = new Request()
      inFlight = request
      middleware(request, RESPONSE, proceed)
      const { config } = request
      let on = 0
      for (const flag of Object.keys(config)) if (config[flag].enabled) on++
      return on > 0
    },
  }
}

/** The same, of which one flag is read. */
export async function wholeForOne(document) {
  const middleware = await middlewareFor(document)
  return {
    run() {
      const request = new Request()
      inFlight = request
      middleware(request, RESPONSE, proceed)
      return request.config[FLAG].enabled
    },
  }
}

/**
 * The latest request, as one in flight. A busy server has some whenever garbage is collected; where none is left the
 * engine forgets what shape requests have, and compiles all that works on them anew.
 */
export let inFlight

/** The same of responses: the shape that a listener gives one is forgotten likewise. */
export let inFlightResponse

/** Needed by nothing here: no gate is closed, no error ends a request. */
const RESPONSE = {}

function proceed(error) {
  if (error !== undefined) throw error
}

async function middlewareFor(document) {
  const client = await clientFor(ruleDocument(document))
  return appConfig({ client, tenant: () => TENANT, context: () => freshContext() })
}

async function clientFor(document, tenants = [TENANT]) {
  const client = createAppConfig({ ...OPTIONS, source: memory({ default: document }) })
  for (const tenant of tenants) await client.resolve(tenant)
  return client
}
