/**
 * OpenFeature's remote protocol on Hono.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import {
  createOfrep,
  type FirstPaint,
  type OfrepHandlerOptions,
  type OfrepRoute,
  webBody,
  webStream,
} from '@appconfig-kit/core/ofrep'
import type { Context, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { answerable } from './answerable-error.ts'
import { AskedRequest } from './asked-request.ts'

/** The middleware. What it does not answer goes on to what is behind it. */
export interface OfrepMiddleware extends MiddlewareHandler, FirstPaint<Context> {
  /** Ends the streams of pages, as closing the client does. */
  close(): void
}

/**
 * Answers OpenFeature's remote protocol (OFREP) for the flags it exposes, from the configuration of the request's tenant:
 * `POST /ofrep/v1/evaluate/flags`, the same with a flag behind it, and the stream that tells pages of changes.
 *
 * The tenant is the one that `appConfig()` before it, or its own option `tenant`, has found; nothing that a page sends
 * names another. See docs/ofrep.md.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, also without `expose`.
 * @example
 * app.use(ofrep(client, { expose: ['featureA', 'checkout.limit'] }))
 */
export function ofrep<Config>(
  client: AppConfigClient<Config>,
  options: OfrepHandlerOptions<AskedRequest>,
): OfrepMiddleware {
  const flags = createOfrep(client, options, { keyOf: ({ c }) => c.req.raw })

  async function answer(route: OfrepRoute, c: Context): Promise<Response> {
    const asked = new AskedRequest(c)
    await flags.decide(asked, c.env?.outgoing)
    const request = { key: c.req.raw, url: asked.url, header: (name: string) => c.req.header(name) }
    const readBody = () => (c.req.raw.bodyUsed ? c.req.text() : webBody(c.req.raw.body, flags.maxBodyBytes))
    const { status, headers, body } = await flags.answer(route, request, readBody)
    const sent = typeof body === 'string' ? body || null : webStream(body)
    return c.body(sent as string, status as ContentfulStatusCode, { ...headers })
  }
  const ofrepMiddleware: MiddlewareHandler = (c, next) => {
    const route = flags.routeOf(c.req.method, c.req.path)
    if (route === undefined) return next()
    return answer(route, c).catch((error: unknown) => {
      throw answerable(error)
    })
  }
  return Object.assign(ofrepMiddleware, {
    firstPaint: (c: Context) => flags.firstPaint(c.req.raw),
    close: flags.close,
  })
}
