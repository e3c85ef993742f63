// An API that closes its client on SIGTERM, as docs/getting-started.md advises. Prints its port, and what it did.
import { createServer } from 'node:http'
import { appConfig, createAppConfig, direct } from '@appconfig-kit/express'
import express from 'express'

const client = createAppConfig({
  application: 'api',
  environment: 'prod-01',
  layers: ['default'],
  source: direct({ endpoint: process.env.ENDPOINT, region: 'us-east-1' }),
})
const app = express()
app.use(appConfig({ client, tenant: () => null }))
app.get('/', (req, res) => void res.json(req.config))
const server = createServer(app)
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`port ${server.address().port}`))

process.on('SIGTERM', async () => {
  server.close()
  server.closeIdleConnections()
  await client.close()
  console.log('closed')
  // A worker of a cluster lives as long as its channel to the primary is open.
  process.disconnect?.()
})
