/**
 * The contract's routes on Koa.
 *
 * @module
 */
import { once } from 'node:events'
import { STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { appConfig, currentConfig, flagged, ofrep, requireFlag } from '@appconfig-kit/koa'
import type Koa from 'koa'
import type { Middleware } from 'koa'
import type { AppUnderTest, RunningServer } from './describe-adapter.ts'
import type { OfrepUnderTest } from './describe-ofrep.ts'
import { answerShadowed, SHADOW } from './shadowed.ts'

export async function startKoa(
  Application: typeof Koa,
  { options, midRequest, onError, watch = async () => {}, ownNotFound = false }: AppUnderTest,
): Promise<RunningServer> {
  const app = new Application()
  app.on('error', onError)
  if (ownNotFound)
    app.use(async (ctx, next) => {
      await next()
      if (ctx.status === 404) {
        ctx.body = 'nothing here'
        ctx.status = 404
      }
    })
  app.use(appConfig(options))
  const handlers = { control: text('control'), oneClick: text('oneClick') }
  const routes: Record<string, Middleware[]> = {
    '/config': [
      async (ctx) => {
        const before = ctx.config
        await midRequest()
        ctx.body = { before, after: ctx.config, same: before === ctx.config }
      },
    ],
    '/deep': [
      async (ctx) => {
        await midRequest()
        ctx.body = currentConfig()
      },
    ],
    '/flagged': [flagged('featureA', text('old'), text('new'))],
    '/flagged-unknown': [flagged('unheardOf', { old: text('old'), new: text('new') })],
    '/gate': [requireFlag('featureA'), text('in')],
    '/gate-403': [requireFlag('featureA', { status: 403 }), text('in')],
    '/gate-unknown': [requireFlag('unheardOf'), text('in')],
    '/twice': [
      requireFlag('featureA'),
      async (_ctx, next) => {
        await midRequest()
        await next()
      },
      flagged('featureA', text('old'), text('new')),
    ],
    '/events': [
      async (ctx) => {
        await watch(ctx.req, ctx.res)
        ctx.body = 'ok'
      },
    ],
    '/variants': [flagged.variants('checkout', handlers)],
    '/variants-plain': [flagged.variants('plain', handlers)],
    '/variants-otherwise': [
      flagged.variants('checkout', handlers, {
        otherwise: text('otherwise'),
        treatments: { c: 'control', t1: 'oneClick' },
      }),
    ],
    '/shadowed': [flagged.shadow('featureA', shadowed('old'), shadowed('new'), SHADOW)],
    '/skipped': [text('ok')],
    '/skipped-gate': [requireFlag('featureA'), text('in')],
    '/closed': [requireFlag('unheardOf'), text('in')],
  }
  for (const [path, middleware] of Object.entries(routes)) {
    for (const one of middleware) app.use((ctx, next) => (ctx.path === path ? one(ctx, next) : next()))
  }
  return listen(app)
}

async function listen(app: Koa): Promise<RunningServer> {
  const server = app.listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function shadowed(side: 'old' | 'new'): Middleware {
  return async function answerSide(ctx) {
    ctx.body = await answerShadowed(side, ctx.url, ctx.config['limit'])
  }
}

/** The protocol's routes. */
export function startKoaOfrep(
  Application: typeof Koa,
  { options, ofrepOptions, tenantBy, parsesBefore }: OfrepUnderTest,
): Promise<RunningServer> {
  const app = new Application()
  app.silent = true
  if (parsesBefore)
    app.use(async (ctx, next) => {
      Object.assign(ctx.request, { body: JSON.parse((await textOf(ctx.req)) || '{}') })
      await next()
    })
  const { client, ...ofRequests } = options
  const flags = ofrep(client, { ...ofrepOptions, ...(tenantBy === 'handler' && ofRequests) })
  if (tenantBy === 'middleware') app.use(appConfig(options))
  app.use(flags)
  app.use((ctx) => {
    if (ctx.path === '/page') ctx.body = flags.firstPaint(ctx)
  })
  return listen(app)
}

function text(answer: string): Middleware {
  return function answerText(ctx) {
    ctx.body = answer
  }
}

/** Koa's own text of an error: for clients, or what the status is called. */
export function koaErrorBody(status: number, text: string | undefined): string {
  return text ?? STATUS_CODES[status] ?? ''
}
