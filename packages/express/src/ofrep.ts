/**
 * OpenFeature's remote protocol on Express.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import {
  createOfrep,
  type FirstPaint,
  nodeBody,
  type OfrepHandlerOptions,
  type OfrepRoute,
  sendAnswer,
} from '@appconfig-kit/core/ofrep'
import type { Request, RequestHandler, Response } from 'express'

/** The handler. What it does not answer goes on to what is behind it. */
export interface OfrepHandler extends RequestHandler, FirstPaint<Request> {
  /** Ends the streams of pages, as closing the client does. */
  close(): void
}

/**
 * Answers OpenFeature's remote protocol (OFREP) for the flags it exposes, from the configuration of the request's tenant:
 * below the path it is mounted at, `POST /ofrep/v1/evaluate/flags`, the same with a flag behind it, and the stream that
 * tells pages of changes.
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
  options: OfrepHandlerOptions<Request>,
): OfrepHandler {
  const flags = createOfrep(client, options)

  async function answer(route: OfrepRoute, req: Request, res: Response): Promise<void> {
    await flags.decide(req, res)
    const request = { key: req, url: req.originalUrl, header: (name: string) => req.get(name) }
    sendAnswer(res, await flags.answer(route, request, () => nodeBody(req, req.body, flags.maxBodyBytes)))
  }
  const ofrepHandler: RequestHandler = (req, res, next) => {
    const route = flags.routeOf(req.method, req.path)
    if (route === undefined) next()
    else answer(route, req, res).catch(next)
  }
  return Object.assign(ofrepHandler, { firstPaint: flags.firstPaint, close: flags.close })
}
