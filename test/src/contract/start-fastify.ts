/**
 * The contract's routes on Fastify.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http'
import { appConfig, currentConfig, flagged, ofrep, requireFlag } from '@appconfig-kit/fastify'
import fastify, { type preHandlerAsyncHookHandler, type RouteHandlerMethod } from 'fastify'
import type { AppUnderTest, RunningServer } from './describe-adapter.ts'
import type { OfrepUnderTest } from './describe-ofrep.ts'
import { answerShadowed, SHADOW } from './shadowed.ts'

export async function startFastify({
  options,
  midRequest,
  onError,
  watch = async () => {},
  ownNotFound = false,
}: AppUnderTest): Promise<RunningServer> {
  const app = fastify({ forceCloseConnections: true })
  app.addHook('onError', async (_request, _reply, error) => onError(error))
  if (ownNotFound) app.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing here'))
  app.register(appConfig, options)
  app.get('/config', async (request) => {
    const before = request.config
    await midRequest()
    return { before, after: request.config, same: before === request.config }
  })
  app.get('/deep', async () => {
    await midRequest()
    return currentConfig()
  })
  app.get('/flagged', flagged('featureA', text('old'), text('new')))
  app.get('/flagged-unknown', flagged('unheardOf', { old: text('old'), new: text('new') }))
  app.get('/gate', { preHandler: requireFlag('featureA') }, text('in'))
  app.get('/gate-403', { preHandler: requireFlag('featureA', { status: 403 }) }, text('in'))
  app.get('/gate-unknown', { preHandler: requireFlag('unheardOf') }, text('in'))
  const pause: preHandlerAsyncHookHandler = () => midRequest()
  app.get(
    '/twice',
    { preHandler: [requireFlag('featureA'), pause] },
    flagged('featureA', text('old'), text('new')),
  )
  app.post('/events', async (request, reply) => {
    await watch(request.raw, reply.raw)
    return 'ok'
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
  const shadowed = (side: 'old' | 'new'): RouteHandlerMethod =>
    async function answerSide(request) {
      return answerShadowed(side, request.url, request.config['limit'])
    }
  app.all('/shadowed', flagged.shadow('featureA', shadowed('old'), shadowed('new'), SHADOW))
  app.get('/skipped', text('ok'))
  app.get('/skipped-gate', { preHandler: requireFlag('featureA') }, text('in'))
  app.all('/closed', { preHandler: requireFlag('unheardOf') }, text('in'))
  app.all('/closed/*', { preHandler: requireFlag('unheardOf') }, text('in'))
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
}

/** The protocol's routes. Fastify parses JSON before them in any case. */
export async function startFastifyOfrep({
  options,
  ofrepOptions,
  tenantBy,
}: OfrepUnderTest): Promise<RunningServer> {
  const app = fastify({ forceCloseConnections: true })
  const { client, ...ofRequests } = options
  const flags = ofrep(client, { ...ofrepOptions, ...(tenantBy === 'handler' && ofRequests) })
  if (tenantBy === 'middleware') app.register(appConfig, options)
  app.register(flags)
  app.get('/page', async (request) => flags.firstPaint(request))
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
}

function text(answer: string): RouteHandlerMethod {
  return async function answerText() {
    return answer
  }
}

/** Fastify's own answer to an error, in which its code is what an error of its own has. */
export function fastifyErrorBody(status: number, text: string | undefined): string {
  const [code = ''] = /^[A-Z_]+/.exec(text ?? '') ?? []
  const error = STATUS_CODES[status]
  const hidden = status === 503 ? 'CONFIG_UNAVAILABLE' : 'RESOLVER_FAILED'
  return JSON.stringify({ statusCode: status, code: code || hidden, error, message: text ?? error })
}
