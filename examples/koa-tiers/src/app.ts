/**
 * The API: reports, whose size, formats and schedule depend on what a tenant pays for.
 *
 * @module
 */
import { type AppConfigOptions, appConfig, flagged, requireFlag } from '@appconfig-kit/koa'
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { APPLICATION, ENVIRONMENT, layers } from './config.ts'
import { reportOf } from './report.ts'

/** Whose key it is: the tenant comes from here, never from what a client says it is. */
const TENANT_BY_KEY: ReadonlyMap<string, { id: string; tier: 'free' | 'pro' }> = new Map([
  ['key-of-ada', { id: 'ada', tier: 'free' }],
  ['key-of-grace', { id: 'grace', tier: 'pro' }],
])

/** @returns the app, and a way to end what polls for it. */
export function createApp(options: Pick<AppConfigOptions, 'source' | 'clock' | 'resolveTimeoutMs'>): {
  app: Koa
  close: () => Promise<void>
} {
  const config = appConfig({
    ...options,
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers,
    asyncContext: true,
    tenant: (ctx) => ctx.state['tenant'],
  })
  const router = new Router()
  router.get('/report', async (ctx) => {
    ctx.body = await reportOf(ctx.state['tenant'].id)
  })
  router.get('/schedule', requireFlag('schedule'), (ctx) => {
    ctx.body = { everyMinutes: ctx.config.schedule.everyMinutes }
  })
  router.get('/export', flagged('newExport', { old: exportAtOnce, new: exportInParts }))

  const app = new Koa()
  app.use(authenticate)
  app.use(config)
  app.use(router.routes())
  return { app, close: config.close }
}

const authenticate: Middleware = async (ctx, next) => {
  ctx.state['tenant'] = TENANT_BY_KEY.get(ctx.get('authorization').replace(/^Bearer /, ''))
  if (ctx.state['tenant'] === undefined) ctx.throw(401, 'send Authorization: Bearer key-of-ada')
  await next()
}

const exportAtOnce: Middleware = (ctx) => {
  ctx.body = { export: 'at once', rows: ctx.config.rowsPerReport }
}

const exportInParts: Middleware = (ctx) => {
  ctx.body = { export: 'in parts', parts: Math.ceil(ctx.config.rowsPerReport / 100) }
}
