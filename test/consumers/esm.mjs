// An ESM project: two tenants through a real Express server.
import { once } from 'node:events'
import { appConfig, flagged, layer, memory } from '@appconfig-kit/express'
import { startLocalAppConfig } from '@appconfig-kit/local'
import express from 'express'

const local = await startLocalAppConfig()
await local.close()
const app = express()
const source = memory({ default: { featureA: false }, 'tenant-01': { featureA: true } })
const layers = ['default', (tenant) => layer(tenant.id, { optional: true })]
app.use(
  appConfig({ application: 'api', environment: 'dev', layers, source, tenant: (req) => req.get('x-tenant') }),
)
app.get(
  '/',
  flagged(
    'featureA',
    (_req, res) => res.send('old'),
    (_req, res) => res.send('new'),
  ),
)
const server = app.listen(0)
await once(server, 'listening')
const ask = async (tenant) =>
  (await fetch(`http://127.0.0.1:${server.address().port}`, { headers: { 'x-tenant': tenant } })).text()
console.log(await ask('tenant-01'), await ask('tenant-02'))
server.close()
server.closeAllConnections()
