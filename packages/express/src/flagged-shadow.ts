/**
 * Routes whose other side runs beside the one that answers.
 *
 * @module
 */
import { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { type FlagKey, OptionsError, type ShadowAnswer, type ShadowOptions } from '@appconfig-kit/core'
import {
  createShadowing,
  type HandlerList,
  readFlagged,
  runsNew,
  standInFor,
} from '@appconfig-kit/core/adapter'
import type { Request, RequestHandler, Response } from 'express'
import { recordedAnswer } from './recorded-answer.ts'
import { type Handler, runHandlers } from './run-handlers.ts'
import { isApplication } from './sub-applications.ts'

/**
 * `flagged`, and for a sample of GET requests the other side runs, too, once the request is answered: with a request
 * and a response of its own, whose answer nobody gets. The client's event `shadow` tells where both answers differ.
 *
 * Both sides must only read: what the other side changes, it really changes.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, also for an application as a side.
 * @example
 * app.get('/search', flagged.shadow('featureA', oldSearch, newSearch, { sample: 0.05 }))
 */
export function flaggedShadow(
  flag: FlagKey,
  oldHandler: HandlerList<RequestHandler>,
  newHandler: HandlerList<RequestHandler>,
  options?: ShadowOptions,
): RequestHandler {
  const { whenOff, whenOn } = readFlagged<RequestHandler>(flag, oldHandler, newHandler)
  const asking = `flagged.shadow(${flag})`
  if ([...whenOff, ...whenOn].some((handler) => isApplication(handler)))
    throw new OptionsError(
      'OPTIONS_INVALID',
      `${asking} takes handlers and routers, got an application: it would answer a request that is answered. Use flagged for it`,
    )
  const shadowing = createShadowing(asking, flag, options)
  return function shadowedHandler(req, res, next) {
    const isOn = runsNew(req, flag, asking)
    const beside = shadowing.besideOf(req, req.method, isOn, () => standIns(req, res))
    const [answering, other] = isOn ? [whenOn, whenOff] : [whenOff, whenOn]
    if (beside === undefined) {
      runHandlers(answering, req, res, next)
      return
    }
    const [request, response] = beside.standIn
    let isPassedOn = false
    const answered = recordedAnswer(res).then((answer) => (isPassedOn ? undefined : answer))
    void beside.run(answered, (signal) => answerOf(other, request, response, signal))
    runHandlers(answering, req, res, (error?: unknown) => {
      isPassedOn = isPassingOn(error)
      next(error)
    })
  }
}

/** A request and a response like these, whose answer goes nowhere. */
function standIns(req: Request, res: Response): [Request, Response] {
  const request = standInFor(req)
  const response: Response = Object.setPrototypeOf(new ServerResponse(request), Object.getPrototypeOf(res))
  response.req = request
  response.locals = { ...res.locals }
  for (const [name, value] of Object.entries(res.getHeaders()))
    if (value !== undefined) response.setHeader(name, value)
  response.assignSocket(nowhere())
  request.res = response
  return [request, response]
}

function nowhere(): Socket {
  const socket = new Writable({ write: (_chunk, _encoding, done) => done() })
  return socket as unknown as Socket
}

/** @returns undefined where the handlers pass the request on. @throws what they pass to `next`. */
function answerOf(
  handlers: readonly Handler[],
  request: Request,
  response: Response,
  signal: AbortSignal,
): Promise<ShadowAnswer | undefined> {
  signal.addEventListener('abort', () => response.destroy(), { once: true })
  return new Promise((resolve, reject) => {
    void recordedAnswer(response).then(resolve)
    runHandlers(handlers, request, response, (error?: unknown) => {
      if (isPassingOn(error)) resolve(undefined)
      else reject(error)
    })
  })
}

/** Whether what a handler gives to `next` is no error. */
function isPassingOn(error: unknown): boolean {
  return !error || error === 'route' || error === 'router'
}
