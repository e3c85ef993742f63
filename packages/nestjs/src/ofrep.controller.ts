/**
 * OpenFeature's remote protocol in Nest.
 *
 * @module
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { AppConfigClient } from '@appconfig-kit/core'
import {
  createOfrep,
  EVALUATE_PATH,
  nodeBody,
  type Ofrep,
  type OfrepOptions,
  protocolPathOf,
  readOfrepOptions,
  STREAM_PATH,
  sendAnswer,
} from '@appconfig-kit/core/ofrep'
import {
  Controller,
  Get,
  Inject,
  NotFoundException,
  type OnModuleDestroy,
  Post,
  Req,
  Res,
  type Type,
} from '@nestjs/common'
import { APP_CONFIG_CLIENT, type NestRequest } from './app-config.options.ts'
import { rawRequest } from './subject.ts'

/** What {@link OfrepController} makes. */
export interface OfrepRoutes extends OnModuleDestroy {
  /**
   * What the protocol would answer this request, as the content of `<script type="application/json">`: a page starts with
   * it, and `firstPaintOptions` gives it to OpenFeature's web provider.
   *
   * @throws {WiringError} `MIDDLEWARE_MISSING`, `TENANT_NOT_KNOWN_YET`.
   */
  firstPaint(request: object): string
}

/** Express's response, or Fastify's reply. */
type NestResponse =
  | ServerResponse
  | { readonly raw: ServerResponse; getHeaders(): Readonly<OutgoingHttpHeaders>; hijack(): void }

/**
 * A controller with the routes of OpenFeature's remote protocol (OFREP) for the flags it exposes, answered from the
 * configuration of the request's tenant: `POST /ofrep/v1/evaluate/flags`, the same with a flag behind it, and the stream
 * that tells pages of changes.
 *
 * The tenant is the one of the module's option `tenant`; nothing that a page sends names another. Extend it where your
 * guards have to stand on it. See docs/ofrep.md.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, also without `expose`.
 * @example
 * @Controller()
 * class FlagsController extends OfrepController({ expose: ['featureA', 'checkout.limit'] }) {}
 */
export function OfrepController(options: OfrepOptions): Type<OfrepRoutes> {
  // Now, and not when the application starts.
  readOfrepOptions(options)

  class OfrepRoutesController implements OfrepRoutes {
    readonly #flags: Ofrep<never>

    constructor(client: AppConfigClient) {
      this.#flags = createOfrep(client, options)
    }

    evaluate(request: NestRequest, response: NestResponse): Promise<void> {
      return answer(this.#flags, request, response)
    }

    stream(request: NestRequest, response: NestResponse): Promise<void> {
      return answer(this.#flags, request, response)
    }

    firstPaint(request: object): string {
      return this.#flags.firstPaint(rawRequest(request as NestRequest))
    }

    onModuleDestroy(): void {
      this.#flags.close()
    }
  }
  Controller()(OfrepRoutesController)
  Inject(APP_CONFIG_CLIENT)(OfrepRoutesController, undefined, 0)
  addRoute(OfrepRoutesController.prototype, 'evaluate', Post([EVALUATE_PATH, `${EVALUATE_PATH}/:key`]))
  addRoute(OfrepRoutesController.prototype, 'stream', Get(STREAM_PATH))
  return OfrepRoutesController
}

function addRoute(prototype: object, name: string, route: MethodDecorator): void {
  Req()(prototype, name, 0)
  Res()(prototype, name, 1)
  route(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor)
}

async function answer(flags: Ofrep<never>, request: NestRequest, response: NestResponse): Promise<void> {
  const key = rawRequest(request) as IncomingMessage
  const url = String(request['originalUrl'])
  const route = flags.routeOf(key.method, protocolPathOf(url))
  // Such as a HEAD for the stream, which is routed as a GET.
  if (route === undefined) throw new NotFoundException()
  const header = (name: string) => key.headers[name] as string | undefined
  const readBody = () => nodeBody(key, request['body'], flags.maxBodyBytes)
  sendAnswer(rawResponse(response), await flags.answer(route, { key, url, header }, readBody))
}

/** Node's own response, with the headers that Fastify would have sent. */
function rawResponse(response: NestResponse): ServerResponse {
  if (!('raw' in response)) return response
  const { raw } = response
  for (const [name, value] of Object.entries(response.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value)
  response.hijack()
  return raw
}
