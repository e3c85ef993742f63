/**
 * OpenFeature's remote protocol on Fastify.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import {
  createOfrep,
  EVALUATE_PATH,
  type FirstPaint,
  type OfrepHandlerOptions,
  protocolPathOf,
  STREAM_PATH,
  sendAnswer,
} from '@appconfig-kit/core/ofrep'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { answerable } from './answerable-error.ts'

/** The plugin. */
export interface OfrepPlugin extends FastifyPluginAsync, FirstPaint<FastifyRequest> {
  /** Ends the streams of pages, as closing the application or the client does. */
  close(): void
}

/**
 * A plugin with the routes of OpenFeature's remote protocol (OFREP) for the flags it exposes, answered from the
 * configuration of the request's tenant: `POST /ofrep/v1/evaluate/flags`, the same with a flag behind it, and the stream
 * that tells pages of changes. Its bodies are read by a parser of its own.
 *
 * The tenant is the one that `appConfig` in this context or above, or its own option `tenant`, has found; nothing that a
 * page sends names another. See docs/ofrep.md.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, also without `expose`.
 * @example
 * app.register(ofrep(client, { expose: ['featureA', 'checkout.limit'] }), { prefix: '/api' })
 */
export function ofrep<Config>(
  client: AppConfigClient<Config>,
  options: OfrepHandlerOptions<FastifyRequest>,
): OfrepPlugin {
  const flags = createOfrep(client, options, { keyOf: ({ raw }) => raw })

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { raw, originalUrl: url, headers } = request
    const route = flags.routeOf(raw.method, protocolPathOf(url))
    // Such as a HEAD for the stream, which Fastify routes as a GET.
    if (route === undefined) return reply.callNotFound()
    await flags.decide(request, reply.raw)
    const header = (name: string) => headers[name] as string | undefined
    const given = await flags.answer(route, { key: raw, url, header }, () => request.body)
    if (typeof given.body === 'string')
      return reply.code(given.status).headers(given.headers).send(given.body)
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value)
    reply.hijack()
    return sendAnswer(reply.raw, given)
  }
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    answer(request, reply).catch((error: unknown) => {
      throw answerable(error)
    })
  const ofrepPlugin: FastifyPluginAsync = async (app) => {
    const bodyLimit = flags.maxBodyBytes
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) =>
      done(null, body),
    )
    app.post(EVALUATE_PATH, { bodyLimit }, handler)
    app.post(`${EVALUATE_PATH}/*`, { bodyLimit }, handler)
    app.get(STREAM_PATH, handler)
    app.addHook('preClose', async () => flags.close())
  }
  return Object.assign(ofrepPlugin, {
    firstPaint: ({ raw }: FastifyRequest) => flags.firstPaint(raw),
    close: flags.close,
  })
}
