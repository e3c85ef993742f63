/**
 * A server whose base document changes while it is loaded.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as passed } from 'node:timers/promises'
import express from 'express'
import { z } from 'zod'
import { load } from '../harness/packages.mjs'
import { DOCUMENTS } from './documents.mjs'

const PATIENCE_MS = 60_000
/** The loop is calm when nothing held it up for longer than this, for so long. */
const FREE_MS = 30
const CALM_MS = 300

/** @param document a key of `DOCUMENTS`; `tenants` warm ones with a section each; `schema`: whether one judges. */
export async function serving({ document, tenants, schema = false }) {
  const { appConfig, createAppConfig, layer, memory } = await load('express')
  const { make, contentType } = DOCUMENTS[document]
  const ids = Array.from({ length: tenants }, (_, at) => `t${at}`)
  const source = memory({
    default: { version: 0 },
    tenants: Object.fromEntries(ids.map((id) => [id, { own: id }])),
  })
  const client = createAppConfig({
    application: 'api',
    environment: 'bench',
    layers: ['default', layer('tenants', { section: ({ id }) => id })],
    source,
    maxNewTenantsPerSecond: 10_000_000,
    logger: false,
    resolveTimeoutMs: PATIENCE_MS,
    ...(schema && { schema: z.looseObject({ version: z.number() }) }),
  })
  for (const id of ids) await client.resolve(id)
  let turn = 0
  const app = express()
  app.use(appConfig({ client, tenant: () => ids[turn++ % ids.length] }))
  app.get('/', (req, res) => void res.json(req.config.version))
  const server = createServer(app).listen(0, '127.0.0.1')
  // A connection outlives the longest stop.
  Object.assign(server, { keepAliveTimeout: 10 * PATIENCE_MS, headersTimeout: 0, requestTimeout: 0 })
  await once(server, 'listening')
  const stops = monitorEventLoopDelay({ resolution: 1 })

  let text
  /** Makes the text of a version: for large ones that takes half a second, in which no request is answered. */
  function prepare(version) {
    text = make(version)
  }
  /** Publishes the version that was prepared, and answers when a request has it, or that it was refused. */
  async function publish(version) {
    let refused
    const off = client.on('rejected', ({ error }) => {
      refused = error.code
    })
    stops.enable()
    // Its first sample comes a turn later; what stops the loop before that is not seen.
    await passed(20)
    stops.reset()
    const beganAt = performance.now()
    source.publish('default', text, { contentType })
    while (refused === undefined && client.peek(ids[0])?.version !== version) {
      if (performance.now() - beganAt > PATIENCE_MS) break
      await passed(1)
    }
    const seenMs = performance.now() - beganAt
    await calm()
    stops.disable()
    off()
    return { bytes: text.length, refused, seenMs, stopMs: stops.max / 1e6 }
  }
  /** What is done for the other tenants comes after the first one has it: waits until the loop turns freely. */
  async function calm() {
    const beganAt = performance.now()
    const recent = monitorEventLoopDelay({ resolution: 1 })
    recent.enable()
    do {
      recent.reset()
      await passed(CALM_MS)
    } while (recent.max / 1e6 > FREE_MS && performance.now() - beganAt < PATIENCE_MS)
    recent.disable()
  }
  return {
    control: {
      port: () => server.address().port,
      prepare: ({ version }) => prepare(version),
      publish: ({ version }) => publish(version),
    },
    close: () => server.close(),
  }
}
