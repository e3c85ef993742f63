/**
 * An Express application as a function. `serverless-http` takes events of REST APIs (1.0), of HTTP APIs and function
 * URLs (2.0), and of load balancers.
 *
 * @module
 */
import { appConfig, flagged } from '@appconfig-kit/express'
import express from 'express'
import serverless from 'serverless-http'
import { client, tenantOf } from './config.ts'

const app = express()
app.use(appConfig({ client, tenant: ({ headers }) => tenantOf(headers.authorization) }))
app.get(
  '/search',
  flagged('newSearch', {
    old: (req, res) => void res.json({ search: 'old', limit: req.config['limit'] }),
    new: (req, res) => void res.json({ search: 'new', limit: req.config['limit'] }),
  }),
)

export const handler: serverless.Handler = serverless(app)
