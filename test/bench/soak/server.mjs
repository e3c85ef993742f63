/**
 * The API: a process that is killed and started again. Its options are in the first argument, as JSON.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import express from 'express'
import { z } from 'zod'
import { load } from '../harness/packages.mjs'
import { APPLICATION, ENVIRONMENT, hasDocument, OPS_ENVIRONMENT, TENANTS } from './tenants.mjs'

const { appConfig, createAppConfig, direct, layer } = await load('express')
const { endpoint, port, directory } = JSON.parse(process.argv[2])
const tenants = new Map(TENANTS.map((tenant) => [tenant.id, tenant]))

const client = createAppConfig({
  application: APPLICATION,
  environment: ENVIRONMENT,
  layers: [
    'default',
    ({ tier }) => `tier-${tier}`,
    layer('tenants', { section: ({ id }) => id }),
    (tenant) => (hasDocument(tenant) ? layer(`of-${tenant.id}`, { optional: true }) : undefined),
    layer('ops', { environment: OPS_ENVIRONMENT }),
  ],
  source: direct({ endpoint, region: 'us-east-1' }),
  schema: z.looseObject({ limit: z.number().max(100) }),
  isKnownTenant: ({ id }) => tenants.has(id),
  backup: { directory },
  // A machine that is short of CPU while this starts is no trouble of AppConfig's.
  resolveTimeoutMs: 10_000,
  logger: false,
})
const app = express()
app.get('/heap', (_req, res) => {
  globalThis.gc()
  res.json(process.memoryUsage().heapUsed)
})
app.use(appConfig({ client, tenant: (req) => tenants.get(req.get('x-tenant')) }))
app.get('/', (req, res) => void res.json(req.config))
app.use((error, _req, res, _next) => void res.status(error.status ?? 500).json({ code: error.code }))
const server = createServer(app).listen(port, '127.0.0.1')
await once(server, 'listening')
process.send({ port: server.address().port })
process.on('disconnect', () => process.exit())
