/**
 * Routes whose other side runs beside the one that answers.
 *
 * @module
 */
import { ServerResponse } from 'node:http'
import type { FlagKey, ShadowAnswer, ShadowOptions } from '@appconfig-kit/core'
import {
  attachConfig,
  createShadowing,
  type HandlerList,
  onceSent,
  readFlagged,
  requestSeen,
  runsNew,
  shadowAnswer,
  standInFor,
} from '@appconfig-kit/core/adapter'
import type { Context, Middleware } from 'koa'
import compose from 'koa-compose'

/**
 * `flagged`, and for a sample of GET requests the other side runs, too, once the request is answered: with a context of
 * its own, whose answer nobody gets. The client's event `shadow` tells where both answers differ.
 *
 * Both sides must only read: what the other side changes, it really changes.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`.
 * @example
 * router.get('/search', flagged.shadow('featureA', oldSearch, newSearch, { sample: 0.05 }))
 */
export function flaggedShadow(
  flag: FlagKey,
  oldHandler: HandlerList<Middleware>,
  newHandler: HandlerList<Middleware>,
  options?: ShadowOptions,
): Middleware {
  const { whenOff, whenOn } = readFlagged<Middleware>(flag, oldHandler, newHandler)
  const [oldMiddleware, newMiddleware] = [compose(whenOff), compose(whenOn)]
  const asking = `flagged.shadow(${flag})`
  const shadowing = createShadowing(asking, flag, options)
  return async function shadowedMiddleware(ctx, next) {
    const isOn = runsNew(ctx.req, flag, asking)
    const [answering, other] = isOn ? [newMiddleware, oldMiddleware] : [oldMiddleware, newMiddleware]
    const beside = shadowing.besideOf(ctx.req, ctx.method, isOn, () => besideContext(ctx, asking))
    if (beside === undefined) return answering(ctx, next)
    let isPassedOn = false
    let answer = (): ShadowAnswer | undefined => undefined
    void beside.run(
      onceSent(ctx.res, () => (isPassedOn ? undefined : answer())),
      () => besideAnswer(beside.standIn, other),
    )
    const result: unknown = await answering(ctx, () => {
      isPassedOn = true
      return next()
    })
    answer = answerOf(ctx)
    return result
  }
}

/** A context like this one, whose answer goes nowhere. */
function besideContext(ctx: Context, asking: string): Context {
  const request = standInFor(ctx.req)
  const standIn = ctx.app.createContext(request, new ServerResponse(request)) as Context
  // What middleware in front has put there: parameters of the route, the user.
  for (const key of Object.keys(ctx)) if (!Object.hasOwn(standIn, key)) standIn[key] = ctx[key]
  standIn.state = { ...ctx.state }
  attachConfig(standIn, requestSeen(ctx.req, asking))
  return standIn
}

async function besideAnswer(ctx: Context, other: Middleware): Promise<ShadowAnswer | undefined> {
  let isPassedOn = false
  await other(ctx, async () => {
    isPassedOn = true
  })
  return isPassedOn ? undefined : answerOf(ctx)()
}

/** The answer as it is now, read later: undefined where the middleware answers by itself, past Koa. */
function answerOf({ status, body, respond, response }: Context): () => ShadowAnswer | undefined {
  const headers = { ...response.headers }
  return () => (respond === false ? undefined : shadowAnswer(status, (name) => headers[name], body))
}
