/**
 * Every adapter, required, in one program with the imported ones: the same types.
 *
 * @module
 */
import core = require('@appconfig-kit/core')
import express = require('@appconfig-kit/express')
import hono = require('@appconfig-kit/hono')
import koa = require('@appconfig-kit/koa')
import nest = require('@appconfig-kit/nestjs')
import nestCommon = require('@nestjs/common')

import type { Request, RequestHandler } from 'express' with { 'resolution-mode': 'require' }
import type { Handler, Context as HonoContext } from 'hono' with { 'resolution-mode': 'require' }
import type { Context, Middleware } from 'koa' with { 'resolution-mode': 'require' }

declare const req: Request
declare const ctx: Context
declare const handler: RequestHandler
declare const middleware: Middleware
declare const c: HonoContext
declare const honoHandler: Handler

const temperatures: readonly number[] = [
  req.config.temperature,
  ctx.config.temperature,
  c.var.config.temperature,
  core.currentConfig().temperature,
]
// @ts-expect-error not on this configuration
req.config.nothing

express.flagged('featureA', handler, handler)
koa.flagged('checkout', middleware, middleware)
// @ts-expect-error a key, but no flag
express.requireFlag('temperature')
// @ts-expect-error a key, but no flag
koa.requireFlag('temperature')
hono.flagged('featureA', honoHandler, honoHandler)
// @ts-expect-error a key, but no flag
hono.requireFlag('temperature')

@nest.Flag('checkout')
@nestCommon.Controller()
class RequiredController {
  constructor(@nestCommon.Inject(nest.AppConfigService) readonly appConfig: nest.AppConfigService) {}

  @nestCommon.Get()
  @nest.Flagged('featureA', { old: 'old' })
  search(@nest.Config('temperature') temperature: number): number {
    return temperature + this.appConfig.config.temperature
  }

  old(temperature: number): number {
    return temperature
  }

  // @ts-expect-error a key, but no flag
  @nest.Flag('temperature')
  gated(): void {}
}

export = { temperatures, RequiredController }
