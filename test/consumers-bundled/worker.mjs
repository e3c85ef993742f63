// An application for workerd. AGENT_URL is set by the bundler.
import { agent, appConfig, currentConfig, flagged, tenantFromHeader } from '@appconfig-kit/hono'
import { Hono } from 'hono'

const app = new Hono()
app.use(
  appConfig({
    application: 'api',
    environment: 'dev',
    layers: ['default', (tenant) => `tenant-${tenant.id}`],
    source: agent({ baseUrl: AGENT_URL }),
    tenant: tenantFromHeader('x-tenant', { setByTrustedProxy: true }),
    refresh: 'onRequest',
    asyncContext: true,
    logger: false,
  }),
)
app.get('/', async (c) => {
  await new Promise((resolve) => setTimeout(resolve, 1))
  return c.json({ ...c.var.config, isTheSame: currentConfig() === c.var.config })
})
app.get(
  '/search',
  flagged(
    'featureA',
    (c) => c.text('old'),
    (c) => c.text('new'),
  ),
)

export default app
