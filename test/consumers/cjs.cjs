// A CommonJS project: the same.
const { once } = require('node:events')
const { appConfig, flagged, layer, memory } = require('@appconfig-kit/express')
const { startLocalAppConfig } = require('@appconfig-kit/local')
const express = require('express')

async function main() {
  const local = await startLocalAppConfig()
  await local.close()
  const app = express()
  const source = memory({ default: { featureA: false }, 'tenant-01': { featureA: true } })
  const layers = ['default', (tenant) => layer(tenant.id, { optional: true })]
  app.use(
    appConfig({
      application: 'api',
      environment: 'dev',
      layers,
      source,
      tenant: (req) => req.get('x-tenant'),
    }),
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
}
main()
