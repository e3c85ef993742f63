/**
 * Routes whose other side runs beside the one that answers.
 *
 * @module
 */
import { ServerResponse } from 'node:http'
import type { FlagKey, ShadowAnswer, ShadowOptions } from '@appconfig-kit/core'
import {
  createShadowing,
  onceSent,
  readFlagged,
  runsNew,
  shadowAnswer,
  standInFor,
} from '@appconfig-kit/core/adapter'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { answerably } from './answerable-error.ts'
import { type Callable, type Handler, onlyHandler } from './handlers.ts'

/**
 * `flagged`, and for a sample of GET requests the other side runs, too, once the request is answered: with a request
 * and a reply of its own, whose answer nobody gets. The client's event `shadow` tells where both answers differ, in
 * what the handlers send: before serialization and `onSend` hooks.
 *
 * Both sides must only read: what the other side changes, it really changes.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`.
 * @example
 * app.get('/search', flagged.shadow('featureA', oldSearch, newSearch, { sample: 0.05 }))
 */
export function flaggedShadow<Route extends Handler = RouteHandlerMethod>(
  flag: FlagKey,
  oldHandler: NoInfer<Route>,
  newHandler: NoInfer<Route>,
  options?: ShadowOptions,
): Route
export function flaggedShadow(
  flag: FlagKey,
  oldHandler: Handler,
  newHandler: Handler,
  options?: ShadowOptions,
): Callable {
  const asking = `flagged.shadow(${flag})`
  const { whenOff, whenOn } = readFlagged<Handler>(flag, oldHandler, newHandler)
  const [oldSide, newSide] = [onlyHandler(`${asking}, old`, whenOff), onlyHandler(`${asking}, new`, whenOn)]
  const shadowing = createShadowing(asking, flag, options)
  return function shadowedHandler(request, reply) {
    const isOn = answerably(() => runsNew(request.raw, flag, asking))
    const [answering, other] = isOn ? [newSide, oldSide] : [oldSide, newSide]
    const beside = shadowing.besideOf(request.raw, request.method, isOn, () => undefined)
    void beside?.run(recordedAnswer(reply), () => besideAnswer(this, other, request, reply))
    return answering.call(this, request, reply)
  }
}

/** The answer that the handler sends; undefined where the client does not get it, or it can't be compared. */
function recordedAnswer(reply: FastifyReply): Promise<ShadowAnswer | undefined> {
  let answer = (): ShadowAnswer | undefined => undefined
  const { send } = reply
  reply.send = function recordingSend(this: FastifyReply, payload?: unknown) {
    answer = answerOf(this, payload)
    return send.call(this, payload)
  } as FastifyReply['send']
  return onceSent(reply.raw, () => answer())
}

function besideAnswer(
  app: FastifyInstance,
  other: Callable,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ShadowAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const standIn = standInFor(request)
    Object.defineProperty(standIn, 'raw', { value: standInFor(request.raw) })
    const send = (payload: unknown): void => {
      if (payload instanceof Error) reject(payload)
      else resolve(answerOf(besideReply, payload)())
    }
    const besideReply = replyBeside(reply, standIn, send, () => resolve(undefined))
    new Promise((done) => done(other.call(app, standIn, besideReply)))
      .then((result) => {
        // As Fastify does: without a value, the handler sends the answer itself.
        if (result !== undefined && result !== besideReply) send(result)
      })
      .catch(reject)
  })
}

/** A reply like this one, whose answer goes to `send`. */
function replyBeside(
  reply: FastifyReply,
  request: FastifyRequest,
  send: (payload: unknown) => void,
  giveUp: () => void,
): FastifyReply {
  const Reply = reply.constructor as new (
    raw: ServerResponse,
    request: FastifyRequest,
    log: unknown,
  ) => FastifyReply
  const standIn = new Reply(new ServerResponse(request.raw), request, reply.log)
  return Object.assign(standIn, {
    send(payload: unknown) {
      send(payload)
      return standIn
    },
    hijack() {
      giveUp()
      return standIn
    },
    callNotFound: giveUp,
    // A reply is awaited until it is sent, which this one never is.
    // biome-ignore lint/suspicious/noThenProperty: it takes Fastify's own away
    then: undefined,
  }) as unknown as FastifyReply
}

/** The answer as it is now, read later; undefined for an error, whose answer Fastify's error handling makes. */
function answerOf(reply: FastifyReply, payload: unknown): () => ShadowAnswer | undefined {
  const { statusCode } = reply
  const headers = { ...reply.getHeaders() }
  return () =>
    payload instanceof Error ? undefined : shadowAnswer(statusCode, (name) => headers[name], payload)
}
