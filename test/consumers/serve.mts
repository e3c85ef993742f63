// A TypeScript project: compiled by tsc, then two tenants through a real Express server.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type AppConfigOptions, appConfig, flagged, layer, memory } from '@appconfig-kit/express'
import express from 'express'

const app = express()
const source = memory({ default: { featureA: false }, 'tenant-01': { featureA: true } })
const layers: AppConfigOptions['layers'] = ['default', (tenant) => layer(tenant.id, { optional: true })]
const place = { application: 'api', environment: 'dev' }
app.use(appConfig({ ...place, layers, source, tenant: (req) => req.get('x-tenant') }))
app.get(
  '/',
  flagged(
    'featureA',
    (_req, res) => void res.send('old'),
    (_req, res) => void res.send('new'),
  ),
)
const server = app.listen(0)
await once(server, 'listening')
const { port } = server.address() as AddressInfo
async function ask(tenant: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}`, { headers: { 'x-tenant': tenant } })).text()
}
console.log(await ask('tenant-01'), await ask('tenant-02'))
server.close()
server.closeAllConnections()
