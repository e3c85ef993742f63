/**
 * A Hono application as a function. Hono's own adapter takes events of REST APIs (1.0), of HTTP APIs and function URLs
 * (2.0), and of load balancers.
 *
 * @module
 */
import { appConfig, flagged } from '@appconfig-kit/hono'
import { Hono } from 'hono'
import { handle, type LambdaEvent } from 'hono/aws-lambda'
import { client, tenantOf } from './config.ts'

const app = new Hono()
app.use(appConfig({ client, tenant: ({ c }) => tenantOf(c.req.header('authorization')) }))
app.get(
  '/search',
  flagged('newSearch', {
    old: (c) => c.json({ search: 'old', limit: c.var.config['limit'] }),
    new: (c) => c.json({ search: 'new', limit: c.var.config['limit'] }),
  }),
)

export const handler: (event: LambdaEvent) => Promise<unknown> = handle(app)
