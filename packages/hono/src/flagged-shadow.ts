/**
 * Routes whose other side runs beside the one that answers.
 *
 * @module
 */
import type { FlagKey, ShadowAnswer, ShadowOptions } from '@appconfig-kit/core'
import {
  createShadowing,
  MAX_SHADOW_BYTES,
  readFlagged,
  runsNew,
  shadowAnswer,
} from '@appconfig-kit/core/adapter'
import { TOO_LARGE, webBody } from '@appconfig-kit/core/ofrep'
import { Context, type Handler, type MiddlewareHandler } from 'hono'
import { type Handlers, runHandlers } from './run-handlers.ts'

/**
 * `flagged`, and for a sample of GET requests the other side runs, too, once the request is answered: with a context of
 * its own, whose answer nobody gets. The client's event `shadow` tells where both answers differ: of JSON and text;
 * other bodies are not compared.
 *
 * Both sides must only read: what the other side changes, it really changes.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`.
 * @example
 * app.get('/search', flagged.shadow('featureA', oldSearch, newSearch, { sample: 0.05 }))
 */
export function flaggedShadow(
  flag: FlagKey,
  oldHandler: Handlers,
  newHandler: Handlers,
  options?: ShadowOptions,
): MiddlewareHandler {
  const { whenOff, whenOn } = readFlagged<Handler>(flag, oldHandler, newHandler)
  const asking = `flagged.shadow(${flag})`
  const shadowing = createShadowing(asking, flag, options)
  return async function shadowedHandler(c, next) {
    const isOn = runsNew(c.req.raw, flag, asking)
    const [answering, other] = isOn ? [whenOn, whenOff] : [whenOff, whenOn]
    const beside = shadowing.besideOf(c.req.raw, c.req.method, isOn, () => besideContext(c))
    if (beside === undefined) return runHandlers(answering, c, next)
    let isPassedOn = false
    const answered = runHandlers(answering, c, () => {
      isPassedOn = true
      return next()
    })
    const copied = answered.then(() => (isPassedOn ? undefined : copyOf(c.res)))
    const done = beside.run(
      copied.then((copy) => copy && answerOf(copy)),
      () => besideAnswer(beside.standIn, other),
    )
    keepAlive(c, done)
    // With the copy: it has to be made before somebody reads the answer.
    await copied
  }
}

/** Where a runtime ends the work of a request with its answer, it is asked to wait for this. */
function keepAlive(c: Context, done: Promise<void>): void {
  try {
    c.executionCtx.waitUntil(done)
  } catch {
    // Node has no such context; Hono throws then.
  }
}

/** A context like this one, whose answer goes nowhere. */
function besideContext(c: Context): Context {
  const standIn = new Context(c.req.raw, { env: c.env, path: c.req.path })
  Object.defineProperty(standIn, 'req', { value: c.req })
  for (const [name, value] of Object.entries(c.var)) standIn.set(name as never, value as never)
  return standIn
}

async function besideAnswer(c: Context, other: readonly Handler[]): Promise<ShadowAnswer | undefined> {
  let isPassedOn = false
  await runHandlers(other, c, async () => {
    isPassedOn = true
  })
  const copy = isPassedOn ? undefined : copyOf(c.res)
  return copy && answerOf(copy)
}

/** A copy of an answer of JSON or text; undefined for others: a copy of a stream holds all of it in memory. */
function copyOf(response: Response): Response | undefined {
  const type = response.headers.get('content-type') ?? ''
  const isComparable = response.body === null || /[/+]json\b|^text\/(?!event-stream)/i.test(type)
  return isComparable ? response.clone() : undefined
}

async function answerOf(response: Response): Promise<ShadowAnswer | undefined> {
  // Text may be streamed without end: no more is read than can be compared.
  const text = response.body === null ? undefined : await webBody(response.body, MAX_SHADOW_BYTES)
  if (text === TOO_LARGE) return undefined
  return shadowAnswer(response.status, (name) => response.headers.get(name), text)
}
