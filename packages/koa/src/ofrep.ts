/**
 * OpenFeature's remote protocol on Koa.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import {
  createOfrep,
  type FirstPaint,
  nodeBody,
  type OfrepHandlerOptions,
  sendAnswer,
} from '@appconfig-kit/core/ofrep'
import type { Context, Middleware } from 'koa'

/** The middleware. What it does not answer goes on to what is behind it. */
export interface OfrepMiddleware extends Middleware, FirstPaint<Context> {
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
  options: OfrepHandlerOptions<Context>,
): OfrepMiddleware {
  const flags = createOfrep(client, options, { keyOf: (ctx) => ctx.req })

  async function ofrepMiddleware(ctx: Context, next: () => Promise<unknown>): Promise<void> {
    const route = flags.routeOf(ctx.method, ctx.path)
    if (route === undefined) {
      await next()
      return
    }
    await flags.decide(ctx, ctx.res)
    // A parser's, which adds it to the request.
    const { body: parsed } = ctx.request as { readonly body?: unknown }
    const request = {
      key: ctx.req,
      url: ctx.originalUrl,
      header: (name: string) => ctx.get(name) || undefined,
    }
    const answer = await flags.answer(route, request, () => nodeBody(ctx.req, parsed, flags.maxBodyBytes))
    if (typeof answer.body === 'string') {
      ctx.status = answer.status
      ctx.set(answer.headers)
      ctx.body = answer.body
    } else {
      ctx.respond = false
      sendAnswer(ctx.res, answer)
    }
  }
  return Object.assign(ofrepMiddleware, {
    firstPaint: (ctx: Context) => flags.firstPaint(ctx.req),
    close: flags.close,
  })
}
