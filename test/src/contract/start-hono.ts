/**
 * The contract's routes on Hono, on Node's own server.
 *
 * @module
 */
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appConfig, currentConfig, flagged, ofrep, requireFlag } from '@appconfig-kit/hono'
import { serve } from '@hono/node-server'
import { type Handler, Hono, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { AppUnderTest, RunningServer } from './describe-adapter.ts'
import type { OfrepUnderTest } from './describe-ofrep.ts'
import { answerShadowed, SHADOW } from './shadowed.ts'

type NodeEnv = { Bindings: { incoming: IncomingMessage; outgoing: ServerResponse } }

export async function startHono({
  options,
  midRequest,
  onError,
  watch = async () => {},
  ownNotFound = false,
}: AppUnderTest): Promise<RunningServer> {
  const app = new Hono<NodeEnv>()
  // Hono's own answer, after it is told.
  app.onError((error) => {
    onError(error)
    return error instanceof HTTPException
      ? error.getResponse()
      : new Response('Internal Server Error', { status: 500 })
  })
  if (ownNotFound) app.notFound((c) => c.text('nothing here', 404))
  app.use(appConfig(options))
  app.get('/config', async (c) => {
    const before = c.get('config')
    await midRequest()
    return c.json({ before, after: c.var.config, same: before === c.var.config })
  })
  app.get('/deep', async (c) => {
    await midRequest()
    return c.json(currentConfig())
  })
  app.get('/flagged', flagged('featureA', text('old'), text('new')))
  app.get('/flagged-unknown', flagged('unheardOf', { old: text('old'), new: text('new') }))
  app.get('/gate', requireFlag('featureA'), text('in'))
  app.get('/gate-403', requireFlag('featureA', { status: 403 }), text('in'))
  app.get('/gate-unknown', requireFlag('unheardOf'), text('in'))
  const pause: MiddlewareHandler = async (_c, next) => {
    await midRequest()
    await next()
  }
  app.get('/twice', requireFlag('featureA'), pause, flagged('featureA', text('old'), text('new')))
  app.post('/events', async (c) => {
    await watch(c.env.incoming, c.env.outgoing)
    return c.text('ok')
  })
  const handlers = { control: text('control'), oneClick: text('oneClick') }
  app.get('/variants', flagged.variants('checkout', handlers))
  app.get('/variants-plain', flagged.variants('plain', handlers))
  app.get(
    '/variants-otherwise',
    flagged.variants('checkout', handlers, {
      otherwise: text('otherwise'),
      treatments: { c: 'control', t1: 'oneClick' },
    }),
  )
  const shadowed = (side: 'old' | 'new'): Handler =>
    async function answerSide(c) {
      return c.json(await answerShadowed(side, c.req.url, c.get('config')['limit']))
    }
  app.all('/shadowed', flagged.shadow('featureA', shadowed('old'), shadowed('new'), SHADOW))
  app.get('/skipped', text('ok'))
  app.get('/skipped-gate', requireFlag('featureA'), text('in'))
  app.use('/closed/*', requireFlag('unheardOf'), text('in'))
  return listen(app)
}

async function listen(app: Hono<NodeEnv>): Promise<RunningServer> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The protocol's routes. */
export function startHonoOfrep({
  options,
  ofrepOptions,
  tenantBy,
  parsesBefore,
}: OfrepUnderTest): Promise<RunningServer> {
  const app = new Hono<NodeEnv>()
  if (parsesBefore)
    app.use(async (c, next) => {
      if (c.req.method === 'POST') await c.req.text()
      await next()
    })
  const { client, ...ofRequests } = options
  const flags = ofrep(client, { ...ofrepOptions, ...(tenantBy === 'handler' && ofRequests) })
  if (tenantBy === 'middleware') app.use(appConfig(options))
  app.use(flags)
  app.get('/page', (c) => c.text(flags.firstPaint(c)))
  return listen(app)
}

function text(answer: string): Handler {
  return (c) => c.text(answer)
}

/** Hono's own text of an error: of an exception its message, of all else one text. */
export function honoErrorBody(status: number, text: string | undefined): string {
  return status === 500 ? 'Internal Server Error' : (text ?? '')
}
