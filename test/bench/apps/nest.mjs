/**
 * Applications on Nest, on Express or on Fastify.
 *
 * @module
 */
import 'reflect-metadata'
import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { load } from '../harness/packages.mjs'
import { freshContext } from '../participants/flags.mjs'
import { inMemory } from '../peers/openfeature.mjs'
import { adapterOptions, answer, FLAG, OURS, partsOf, tenantOf } from './kinds.mjs'

export const onExpress = (kind) => createOn('express', kind)
export const onFastify = (kind) => createOn('fastify', kind)

async function createOn(platform, kind) {
  const { module, attach } = await moduleFor(kind)
  const app = await NestFactory.create(module, await platformAdapter(platform), { logger: false })
  const instance = app.getHttpAdapter().getInstance()
  if (attach !== undefined) beforeRoutes(platform, app, instance, attach)
  await app.init()
  if (platform === 'express') return { handle: instance }
  await instance.ready()
  return { handle: (req, res) => instance.routing(req, res) }
}

async function platformAdapter(platform) {
  if (platform === 'express') return new (await import('@nestjs/platform-express')).ExpressAdapter()
  return new (await import('@nestjs/platform-fastify')).FastifyAdapter()
}

/** Where a hand-written middleware stands: before Nest, the cheapest there is on each platform. */
function beforeRoutes(platform, app, instance, attach) {
  if (platform === 'express') {
    app.use((req, _res, next) => {
      req.flags = attach(req)
      next()
    })
  } else {
    instance.decorateRequest('flags', null)
    instance.addHook('onRequest', (req, _reply, done) => {
      req.flags = attach(req)
      done()
    })
  }
}

async function moduleFor(kind) {
  if (kind in OURS) return { module: await ourModule(OURS[kind]) }
  if (kind === 'openfeature nestjs-sdk') return { module: await openFeatureModule() }
  const guarded = kind === 'floor, a guard'
  const parts = await partsOf(guarded ? 'floor' : kind)
  if (parts === undefined) return { module: moduleOf(() => 'on', []) }
  const { attach, decide } = parts
  if (!guarded) return { module: moduleOf((req) => answer(decide(req.flags), String), [Req()]), attach }
  const guard = { canActivate: (context) => decide(context.switchToHttp().getRequest().flags) }
  return { module: moduleOf(() => 'on', [], [UseGuards(guard)]), attach }
}

async function ourModule(kind) {
  const { AppConfigModule, Config, currentConfig, Flag, Flagged, isEnabled } = await load('nestjs')
  const imports = [AppConfigModule.forRoot(await adapterOptions(kind, tenantOf))]
  if (kind.ask === 'gate') return moduleOf(() => 'on', [], [Flag(FLAG)], imports)
  if (kind.ask === 'flagged') return moduleOf(() => 'on', [], [Flagged(FLAG, { old: 'answerOld' })], imports)
  if (kind.ask === 'current')
    return moduleOf(() => answer(isEnabled(currentConfig(), FLAG), String), [], [], imports)
  return moduleOf((config) => answer(isEnabled(config, FLAG), String), [Config()], [], imports)
}

async function openFeatureModule() {
  const { BooleanFeatureFlag, OpenFeatureModule } = await import('@openfeature/nestjs-sdk')
  const contextFactory = (context) => freshContext(tenantOf(context.switchToHttp().getRequest()))
  const imports = [OpenFeatureModule.forRoot({ defaultProvider: inMemory(100), contextFactory })]
  const parameter = BooleanFeatureFlag({ flagKey: FLAG, defaultValue: false })
  return moduleOf(async (flag) => answer((await lastOf(flag)).value, String), [parameter], [], imports)
}

async function lastOf(observable) {
  const { firstValueFrom } = await import('rxjs')
  return firstValueFrom(observable)
}

/** A module of one controller with one route, decorated by hand: there is no compiler here. */
function moduleOf(handler, parameters, decorators = [], imports = []) {
  class BenchController {
    answer(...values) {
      return handler(...values)
    }

    /** For `@Flagged`. */
    answerOld() {
      return 'off'
    }
  }
  const { prototype } = BenchController
  for (const [at, parameter] of parameters.entries()) parameter(prototype, 'answer', at)
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'answer')
  const decorated = Reflect.decorate([Get(), ...decorators], prototype, 'answer', descriptor)
  Object.defineProperty(prototype, 'answer', decorated)
  Controller()(BenchController)
  class BenchModule {}
  Module({ imports, controllers: [BenchController] })(BenchModule)
  return BenchModule
}
