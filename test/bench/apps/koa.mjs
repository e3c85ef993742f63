/**
 * Applications on Koa.
 *
 * @module
 */
import Koa from 'koa'
import { load } from '../harness/packages.mjs'
import { adapterOptions, answer, FLAG, OURS, partsOf, tenantOf } from './kinds.mjs'

export async function create(kind) {
  const app = new Koa()
  if (kind in OURS) await addOurs(app, OURS[kind])
  else addOther(app, await partsOf(kind))
  return { handle: app.callback() }
}

async function addOurs(app, kind) {
  const { appConfig, currentConfig, flagged, isEnabled, requireFlag } = await load('koa')
  app.use(appConfig(await adapterOptions(kind, (ctx) => tenantOf(ctx.req))))
  if (kind.ask === 'gate') {
    app.use(requireFlag(FLAG))
    app.use((ctx) => send(ctx, 'on'))
  } else if (kind.ask === 'flagged')
    app.use(flagged(FLAG, { old: (ctx) => send(ctx, 'off'), new: (ctx) => send(ctx, 'on') }))
  else if (kind.ask === 'current')
    app.use((ctx) => answer(isEnabled(currentConfig(), FLAG), (text) => send(ctx, text)))
  else app.use((ctx) => answer(isEnabled(ctx.config, FLAG), (text) => send(ctx, text)))
}

function addOther(app, parts) {
  if (parts === undefined) {
    app.use((ctx) => send(ctx, 'on'))
    return
  }
  app.use((ctx, next) => {
    ctx.flags = parts.attach(ctx.req)
    return parts.around === undefined ? next() : parts.around(ctx.flags, next)
  })
  app.use((ctx) => answer(parts.decide(ctx.flags), (text) => send(ctx, text)))
}

function send(ctx, text) {
  ctx.body = text
}
