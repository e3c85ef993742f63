/**
 * The contract's routes on Express.
 *
 * @module
 */
import { once } from 'node:events'
import { STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appConfig, currentConfig, flagged, ofrep, requireFlag } from '@appconfig-kit/express'
import type express from 'express'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { AppUnderTest, Environment, RunningServer } from './describe-adapter.ts'
import type { OfrepUnderTest } from './describe-ofrep.ts'
import { answerShadowed, SHADOW } from './shadowed.ts'

export async function startExpress(
  createApp: typeof express,
  {
    options,
    midRequest,
    onError,
    watch = async () => {},
    env = 'production',
    ownNotFound = false,
  }: AppUnderTest,
): Promise<RunningServer> {
  const app = createApp()
  // In development Express shows clients the stack of any error.
  app.set('env', env)
  app.use(appConfig(options))
  app.get('/config', async (req, res) => {
    const before = req.config
    await midRequest()
    res.json({ before, after: req.config, same: before === req.config })
  })
  app.get('/deep', (_req, res, next) => {
    midRequest()
      .then(() => res.json(currentConfig()))
      .catch(next)
  })
  app.get('/flagged', flagged('featureA', text('old'), text('new')))
  app.get('/flagged-unknown', flagged('unheardOf', { old: text('old'), new: text('new') }))
  app.get('/gate', requireFlag('featureA'), text('in'))
  app.get('/gate-403', requireFlag('featureA', { status: 403 }), text('in'))
  app.get('/gate-unknown', requireFlag('unheardOf'), text('in'))
  const pause: RequestHandler = (_req, _res, next) => void midRequest().then(() => next(), next)
  app.get('/twice', requireFlag('featureA'), pause, flagged('featureA', text('old'), text('new')))
  app.post('/events', (req, res, next) => void watch(req, res).then(() => res.send('ok'), next))
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
  const shadowed = (side: 'old' | 'new'): RequestHandler =>
    function answerSide(req, res, next) {
      answerShadowed(side, req.url, req.config['limit']).then((body) => res.json(body), next)
    }
  app.all('/shadowed', flagged.shadow('featureA', shadowed('old'), shadowed('new'), SHADOW))
  app.get('/skipped', text('ok'))
  app.get('/skipped-gate', requireFlag('featureA'), text('in'))
  // Express has no way to the handler at the end but through all the others: a gate is told to make an error.
  app.use('/closed', requireFlag('unheardOf', { asError: ownNotFound }), text('in'))
  const notFound: RequestHandler = (_req, res) => void res.status(404).send('nothing here')
  if (ownNotFound) {
    app.use(notFound)
    app.use(((error, req, res, next) =>
      error.code === 'FLAG_OFF' ? notFound(req, res, next) : next(error)) as ErrorRequestHandler)
  }
  const tell: ErrorRequestHandler = (error, _req, _res, next) => {
    onError(error)
    next(error)
  }
  app.use(tell)
  return listen(app)
}

async function listen(app: express.Express): Promise<RunningServer> {
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

/** The protocol's routes. */
export function startExpressOfrep(
  createApp: typeof express,
  { options, ofrepOptions, tenantBy, parsesBefore }: OfrepUnderTest,
): Promise<RunningServer> {
  const app = createApp()
  app.set('env', 'production')
  if (parsesBefore) app.use(createApp.json())
  const { client, ...ofRequests } = options
  const flags = ofrep(client, { ...ofrepOptions, ...(tenantBy === 'handler' && ofRequests) })
  if (tenantBy === 'middleware') app.use(appConfig(options))
  app.use(flags)
  app.get('/page', (req, res) => res.send(flags.firstPaint(req)))
  return listen(app)
}

function text(answer: string): RequestHandler {
  return function answerText(_req, res) {
    res.send(answer)
  }
}

/** Express's own page of an error: the status by name or, in development, the stack, less where it was. */
export function expressErrorBody(status: number, text: string | undefined, env: Environment): string {
  const error = env === 'development' && text !== undefined ? `TenantError: ${text}` : STATUS_CODES[status]
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Error</title>
</head>
<body>
<pre>${error}</pre>
</body>
</html>
`
}
