// One process that imports us and requires us: two copies of the code, one request, one state.
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { appConfig, layer, memory, versionOf } from '@appconfig-kit/express'
import express from 'express'

const required = createRequire(import.meta.url)('@appconfig-kit/express')
if (required.appConfig === appConfig) throw new Error('this is one copy: the test tests nothing')

const app = express()
const source = memory({ default: { featureA: false }, 'tenant-01': { featureA: true } })
const layers = ['default', (tenant) => layer(tenant.id, { optional: true })]
const tenant = (req) => req.get('x-tenant')
const config = appConfig({ application: 'api', environment: 'dev', layers, source, tenant })
app.use(config)
// The required copy knows the imported one's request, its stamps and its errors.
app.use(required.appConfig({ client: config.client, tenant }))
app.get(
  '/',
  required.flagged(
    'featureA',
    (_req, res) => res.send('old'),
    (_req, res) => res.send('new'),
  ),
)
app.get('/stamp', (req, res) =>
  res.json(required.versionOf(req.config).length === versionOf(req.config).length),
)
app.use((error, _req, res, _next) => res.send(String(required.isAppConfigError(error))))
const server = app.listen(0)
await once(server, 'listening')
const ask = async (tenant, path = '/') =>
  (
    await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers: { 'x-tenant': tenant } })
  ).text()
console.log(
  await ask('tenant-01'),
  await ask('tenant-02'),
  await ask('tenant-01', '/stamp'),
  await ask('../bad'),
)
server.close()
server.closeAllConnections()
