/**
 * A server with the same handlers behind `flagged` and behind `flagged.shadow`.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import express from 'express'
import { load } from '../harness/packages.mjs'

/** By kind: what the new side does, of which nobody gets the answer. */
const NEW_SIDES = {
  'answers alike': async (_req, res) => void res.json({ items: [1, 2, 3] }),
  'throws after 100 ms': async () => {
    await passed(100)
    throw new Error('not ready')
  },
  'never answers': () => {},
}
export const KINDS = Object.keys(NEW_SIDES)

/** @param kind a key of `NEW_SIDES`. */
export async function serving({ kind, sample, maxInFlight }) {
  const { appConfig, createAppConfig, flagged, memory } = await load('express')
  const client = createAppConfig({
    application: 'api',
    environment: 'prod-01',
    layers: ['default'],
    source: memory({ default: { featureA: false } }),
    logger: false,
  })
  await client.start()
  const outcomes = {}
  client.on('shadow', ({ outcome }) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  })
  let [running, most] = [0, 0]
  const newSide = async (req, res, next) => {
    most = Math.max(most, ++running)
    res.once('close', () => running--)
    return NEW_SIDES[kind](req, res, next)
  }
  const oldSide = (_req, res) => void res.json({ items: [1, 2, 3] })
  const app = express()
  app.use(appConfig({ client }))
  app.get('/flagged', flagged('featureA', oldSide, newSide))
  app.get('/shadow', flagged.shadow('featureA', oldSide, newSide, { sample, maxInFlight, timeoutMs: 500 }))
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    control: {
      port: () => server.address().port,
      outcomes: () => outcomes,
      most: () => most,
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await client.close()
    },
  }
}
