/**
 * Applications on Nest, on Express or on Fastify.
 *
 * @module
 */
import { dependencyOf, load } from '../harness/packages.mjs'
import { freshContext } from '../participants/flags.mjs'
import { inMemory } from '../peers/openfeature.mjs'
import { adapterOptions, answer, FLAG, OURS, partsOf, tenantOf } from './kinds.mjs'

export const onExpress = (kind) => createOn('express', kind)
export const onFastify = (kind) => createOn('fastify', kind)

const OPENFEATURE = 'openfeature nestjs-sdk'

async function createOn(platform, kind) {
  // OpenFeature's module has this package's Nest, ours has that of its own checkout.
  const importNest = (name) => import(kind === OPENFEATURE ? name : dependencyOf('nestjs', name))
  await importNest('reflect-metadata')
  const nest = await importNest('@nestjs/common')
  const { NestFactory } = await importNest('@nestjs/core')
  const { ExpressAdapter, FastifyAdapter } = await importNest(`@nestjs/platform-${platform}`)
  const { module, parts } = await moduleFor(nest, kind)
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter()
  const app = await NestFactory.create(module, adapter, { logger: false })
  const instance = app.getHttpAdapter().getInstance()
  if (parts !== undefined) beforeRoutes(platform, app, instance, parts)
  await app.init()
  if (platform === 'express') return { handle: instance }
  await instance.ready()
  return { handle: (req, res) => instance.routing(req, res) }
}

/** Where a hand-written middleware stands: before Nest, the cheapest there is on each platform. */
function beforeRoutes(platform, app, instance, { attach, around = (_, next) => next() }) {
  if (platform === 'express') {
    app.use((req, _res, next) => {
      req.flags = attach(req)
      around(req.flags, next)
    })
  } else {
    instance.decorateRequest('flags', null)
    instance.addHook('onRequest', (req, _reply, done) => {
      req.flags = attach(req)
      around(req.flags, done)
    })
  }
}

async function moduleFor(nest, kind) {
  if (kind in OURS) return { module: await ourModule(nest, OURS[kind]) }
  if (kind === OPENFEATURE) return { module: await openFeatureModule(nest) }
  const guarded = kind === 'floor, a guard'
  const parts = await partsOf(guarded ? 'floor' : kind)
  if (parts === undefined) return { module: moduleOf(nest, () => 'on', []) }
  const { decide } = parts
  if (!guarded)
    return { module: moduleOf(nest, (req) => answer(decide(req.flags), String), [nest.Req()]), parts }
  const guard = { canActivate: (context) => decide(context.switchToHttp().getRequest().flags) }
  return { module: moduleOf(nest, () => 'on', [], [nest.UseGuards(guard)]), parts }
}

async function ourModule(nest, kind) {
  const { AppConfigModule, Config, currentConfig, Flag, Flagged, isEnabled } = await load('nestjs')
  const imports = [AppConfigModule.forRoot(await adapterOptions(kind, tenantOf))]
  if (kind.ask === 'gate') return moduleOf(nest, () => 'on', [], [Flag(FLAG)], imports)
  if (kind.ask === 'flagged')
    return moduleOf(nest, () => 'on', [], [Flagged(FLAG, { old: 'answerOld' })], imports)
  if (kind.ask === 'current')
    return moduleOf(nest, () => answer(isEnabled(currentConfig(), FLAG), String), [], [], imports)
  return moduleOf(nest, (config) => answer(isEnabled(config, FLAG), String), [Config()], [], imports)
}

async function openFeatureModule(nest) {
  const { BooleanFeatureFlag, OpenFeatureModule } = await import('@openfeature/nestjs-sdk')
  const contextFactory = (context) => freshContext(tenantOf(context.switchToHttp().getRequest()))
  const imports = [OpenFeatureModule.forRoot({ defaultProvider: inMemory(100), contextFactory })]
  const parameter = BooleanFeatureFlag({ flagKey: FLAG, defaultValue: false })
  return moduleOf(nest, async (flag) => answer((await lastOf(flag)).value, String), [parameter], [], imports)
}

async function lastOf(observable) {
  const { firstValueFrom } = await import('rxjs')
  return firstValueFrom(observable)
}

/** A module of one controller with one route, decorated by hand: there is no compiler here. */
function moduleOf(nest, handler, parameters, decorators = [], imports = []) {
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
  const decorated = Reflect.decorate([nest.Get(), ...decorators], prototype, 'answer', descriptor)
  Object.defineProperty(prototype, 'answer', decorated)
  nest.Controller()(BenchController)
  class BenchModule {}
  nest.Module({ imports, controllers: [BenchController] })(BenchModule)
  return BenchModule
}
