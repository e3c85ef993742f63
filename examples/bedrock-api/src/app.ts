/**
 * The API.
 *
 * @module
 */
import { type AppConfigOptions, appConfig, flagged, requireFlag, versionOf } from '@appconfig-kit/express'
import express, { type Express as App, type NextFunction, type Request, type Response } from 'express'
import { APPLICATION, apiConfig, ENVIRONMENT, layers, TENANT_ID_PATTERN } from './config.ts'
import { type EventSinks, sendEvent } from './event-sink.ts'

// What authentication found out.
interface Auth {
  readonly tenant: { readonly id: string; readonly tier: 'free' | 'pro' }
}

declare global {
  namespace Express {
    interface Request {
      auth: Auth
    }
  }
}

/** Whose key it is: the tenant comes from here, never from what a client says it is. */
const AUTH_BY_KEY: ReadonlyMap<string, Auth> = new Map([
  ['key-of-tenant-01', { tenant: { id: 'tenant-01', tier: 'pro' } }],
  ['key-of-tenant-02', { tenant: { id: 'tenant-02', tier: 'free' } }],
])

export interface AppOptions extends Pick<AppConfigOptions, 'source' | 'clock' | 'resolveTimeoutMs'> {
  readonly sinks: EventSinks
}

/** @returns the app, and a way to end what polls for it. */
export function createApp({ sinks, ...options }: AppOptions): {
  app: App
  close: () => Promise<void>
} {
  const config = appConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers,
    schema: apiConfig,
    tenantIdPattern: TENANT_ID_PATTERN,
    tenant: (req) => req.auth.tenant,
    skip: (req) => req.path === '/health',
    ...options,
  })
  const app = express()
  app.get('/health', (_req, res) => void res.json(config.client.health()))
  app.use(authenticate)
  app.use(config)
  app.use(recordRequest)

  app.get('/model', (req, res) => {
    const { bedrockModelId, temperature, maxTokens } = req.config
    res.json({ tenant: req.auth.tenant.id, bedrockModelId, temperature, maxTokens })
  })
  app.get('/search', requireFlag('search'), flagged('featureA', oldSearch, newSearch))
  app.get('/config/versions', (req, res) => void res.json(versionOf(req.config)))

  async function recordRequest(req: Request, res: Response, next: NextFunction): Promise<void> {
    const { eventSink } = req.config
    await sendEvent(eventSink, { path: req.path, tenant: req.auth.tenant.id }, sinks)
    res.set('X-Event-Sink', eventSink)
    next()
  }
  return { app, close: config.close }
}

function authenticate(req: Request, res: Response, next: NextFunction): void {
  const auth = AUTH_BY_KEY.get(req.get('authorization')?.replace(/^Bearer /, '') ?? '')
  if (auth === undefined) {
    res.status(401).json({ error: 'send Authorization: Bearer key-of-tenant-01' })
    return
  }
  req.auth = auth
  next()
}

function oldSearch(req: Request, res: Response): void {
  res.json({ search: 'old', tenant: req.auth.tenant.id, results: ['by name'] })
}

function newSearch(req: Request, res: Response): void {
  const { bedrockModelId } = req.config
  res.json({
    search: 'new',
    tenant: req.auth.tenant.id,
    results: ['by name', `by meaning (${bedrockModelId})`],
  })
}
