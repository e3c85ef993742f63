/**
 * A server with tenants that are known, for requests of tenants that nobody knows.
 *
 * @module
 */
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import express from 'express'
import { load } from '../harness/packages.mjs'

export const KNOWN = Array.from({ length: 500 }, (_, at) => `known-${at}`)
const PAUSE_MS = 2

/** By shape: the layers, and whether `isKnownTenant` is given. */
const SHAPES = {
  'a document each, required': { own: 'required' },
  'a document each, optional': { own: 'optional' },
  'a section each, required': { sections: 'required' },
  'a section each, optional': { sections: 'optional' },
  'tiers only': {},
  'tiers only, isKnownTenant': { isKnownTenant: ({ id }) => id.startsWith('known-') },
}
export const SHAPE_NAMES = Object.keys(SHAPES)

/** @param shape a key of `SHAPES`. */
export async function serving({ shape, endpoint }) {
  const { appConfig, createAppConfig, direct, layer } = await load('express')
  const { own, sections, isKnownTenant } = SHAPES[shape]
  const client = createAppConfig({
    application: 'api',
    environment: 'prod-01',
    layers: [
      'default',
      ...(own ? [({ id }) => layer(`tenant-${id}`, { optional: own === 'optional' })] : []),
      ...(sections ? [layer('tenants', { section: ({ id }) => id, optional: sections === 'optional' })] : []),
    ],
    source: direct({ endpoint, region: 'us-east-1' }),
    logger: false,
    ...(isKnownTenant && { isKnownTenant }),
  })
  await client.start()
  const app = express()
  app.use(appConfig({ client, tenant: (req) => req.get('x-tenant') }))
  app.get('/', (req, res) => void res.json(req.config))
  app.use((error, _req, res, _next) => void res.status(error.status ?? 500).end())
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    control: {
      port: () => server.address().port,
      heapBytes() {
        globalThis.gc()
        return process.memoryUsage().heapUsed
      },
      warmKnown: () => KNOWN.filter((id) => client.peek(id) !== undefined).length,
    },
    async close() {
      server.close()
      await client.close()
    },
  }
}

/** Requests of the known tenants in turn, one after the other, from a process that does nothing else. */
export function traffic({ port, known }) {
  const agent = new Agent({ keepAlive: true })
  let times = []
  let isStopped = false
  async function send() {
    for (let turn = 0; !isStopped; turn++) {
      times.push((await ask(port, known[turn % known.length], agent)).tookMs)
      await passed(PAUSE_MS)
    }
  }
  const sent = send()
  return {
    control: {
      /** Of the requests answered since the last call, sorted. */
      times() {
        const taken = times
        times = []
        return taken.sort((a, b) => a - b)
      },
    },
    async close() {
      isStopped = true
      await sent
      agent.destroy()
    },
  }
}

/** One request of a tenant. */
export function ask(port, tenant, agent) {
  const beganAt = performance.now()
  return new Promise((resolve, reject) => {
    get({ port, agent, host: '127.0.0.1', headers: { 'x-tenant': tenant } }, (response) => {
      response.resume()
      response.once('end', () =>
        resolve({ status: response.statusCode, tookMs: performance.now() - beganAt }),
      )
    }).once('error', reject)
  })
}
