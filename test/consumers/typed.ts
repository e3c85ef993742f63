// A TypeScript project; compiled as .mts and as .cts.
import {
  appConfig,
  createAppConfig,
  direct,
  dynamicConfig,
  files,
  flagged,
  isEnabled,
  layer,
  memory,
  requireFlag,
} from '@appconfig-kit/express'
import { startLocalAppConfig } from '@appconfig-kit/local'

import express = require('express')

interface MyConfig {
  readonly featureA: boolean
  readonly temperature: number
}
declare global {
  namespace AppConfigKit {
    interface Register {
      config: MyConfig
    }
  }
}

export const app: express.Express = express()
app.use(
  appConfig({
    application: 'api',
    environment: (tenant) => tenant.cell ?? 'prod-01',
    layers: ['default', (tenant) => layer(tenant.id, { optional: true })],
    source: direct({ region: 'eu-central-1' }),
    tenant: (req) => req.get('x-tenant'),
  }),
)
app.get('/', requireFlag('featureA'), (req, res) => void res.json(req.config.temperature.toFixed(1)))
app.get(
  '/search',
  flagged(
    'featureA',
    (_req, res) => void res.send('old'),
    (_req, res) => void res.send('new'),
  ),
)
// @ts-expect-error: no such flag
app.get('/typo', requireFlag('featureB'))
// @ts-expect-error: not a flag
app.get('/number', requireFlag('temperature'))

export async function others(): Promise<boolean> {
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: ['default'],
    source: files({ directory: '.' }),
  })
  const dynamic = await dynamicConfig({
    application: 'api',
    environment: 'dev',
    profile: 'default',
    source: memory({}),
  })
  const local = await startLocalAppConfig()
  await local.close()
  return isEnabled(await client.resolve('tenant-01'), 'featureA') && dynamic.current.featureA
}
