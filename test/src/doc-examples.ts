/**
 * The examples in the code's comments, and what a program needs around one to run it.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT } from './run.ts'

export interface DocExample {
  /** The file and which of its examples. */
  readonly name: string
  readonly packageName: string
  readonly code: string
}

/** All `@example` blocks of the packages. */
export function docExamples(): DocExample[] {
  const packages = readdirSync(join(ROOT, 'packages'))
  return packages.flatMap((packageName) =>
    readdirSync(join(ROOT, 'packages', packageName, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => examplesIn(packageName, join(ROOT, 'packages', packageName, 'src', file))),
  )
}

function examplesIn(packageName: string, path: string): DocExample[] {
  const comments = readFileSync(path, 'utf8').match(/\/\*\*[\s\S]*?\*\//g) ?? []
  return comments
    .flatMap((comment) => [
      ...comment.matchAll(
        /@example\n([\s\S]*?)(?=\n \* @(?:param|returns|throws|default|module)\b|\n \*\/)/g,
      ),
    ])
    .map(([, block = ''], at) => ({
      name: `${relative(join(ROOT, 'packages'), path).replaceAll(/[^A-Za-z]/g, '-')}-${at + 1}`,
      packageName,
      code: block.replaceAll(/^ \* ?/gm, ''),
    }))
}

const REGISTERED = `declare global { namespace AppConfigKit { interface Register { config: {
  featureA: boolean; beta: boolean; temperature: number; search: { limit: number }
  checkout: { enabled: boolean; _variant?: 'control' | 'oneClick' }
} } } }`

const CONFIG = `{ featureA: true, beta: true, temperature: 0.5, search: { limit: 3 },
  checkout: { _variants: [{ name: 'oneClick', enabled: true, rule: '(exists key::"tenantId")' }, { name: 'control', enabled: true }] } }`

/** In place of AWS: every source holds these documents. */
const SOURCES = `const documents = { default: ${CONFIG}, 'tier-pro': {}, 'tenant-tenant-01': {}, tenants: { 'tenant-01': {} }, ops: {} }
const direct = () => kit.memory(documents)
const agent = direct
const files = (_: object) => direct()
`

const HTTP_HANDLERS = {
  express: `const oldSearch = (_: express.Request, res: express.Response) => void res.send('old')
const newSearch = (_: express.Request, res: express.Response) => void res.send('new')`,
  fastify: `const oldSearch = async () => 'old'
const newSearch = async () => 'new'`,
  hono: `const oldSearch = (c: Context) => c.text('old')
const newSearch = (c: Context) => c.text('new')`,
  koa: `const oldSearch = (ctx: Koa.Context) => void (ctx.body = 'old')
const newSearch = (ctx: Koa.Context) => void (ctx.body = 'new')`,
}

interface Surroundings {
  readonly imports: string
  readonly before: string
  /** Checks that what the example made works. */
  readonly after: string
  readonly wrap?: (code: string) => string
}

/** For examples that are given one; it polls nothing. */
const CLIENT = `const client = kit.createAppConfig({ application: 'api', environment: 'prod-01', layers: ['default'], source: direct() })`

const SERVE = `const server = app.listen(0)
const { port } = server.address() as { port: number }
for (const path of ['/', '/search', '/checkout', '/beta', '/config.json']) {
  const { status } = await fetch('http://127.0.0.1:' + port + path)
  if (status >= 500) throw new Error(path + ' answers ' + status)
}
server.close()`

const SURROUNDINGS: Readonly<Record<string, Surroundings>> = {
  core: {
    imports: `import * as kit from '@appconfig-kit/core'
import { metrics, trace } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import express from 'express'
import { appConfig } from '@appconfig-kit/express'`,
    before: `const app = express()
app.use(appConfig({ application: 'api', environment: 'prod-01', layers: ['default'], source: direct() }))
const handle = async (_: unknown) => {}
const generate = (_: unknown) => {}
const queue = { process: async (work: (job: { tenant: string }) => Promise<unknown>) => void (await work({ tenant: 'tenant-01' })) }
const client = kit.createAppConfig({ application: 'api', environment: 'prod-01', layers: ['default'], source: direct() })
const req = { config: await client.resolve() }
${HTTP_HANDLERS.express}`,
    after: `if (made) await (made as kit.AppConfigClient).resolve({ id: 'tenant-01', tier: 'pro' })
${SERVE}`,
  },
  express: {
    imports: `import * as kit from '@appconfig-kit/express'
import express from 'express'
declare global { namespace Express { interface Request { auth: { tenant: string } } } }`,
    before: `const app = express()
app.use((req, _res, next) => { req.auth = { tenant: 'tenant-01' }; next() })
const betaRouter = express.Router()
const [oldCheckout, newCheckout] = [(_: express.Request, res: express.Response) => void res.send('1'), (_: express.Request, res: express.Response) => void res.send('2')]
${HTTP_HANDLERS.express}
${CLIENT}
USE_UNLESS_IT_DOES`,
    after: SERVE,
  },
  fastify: {
    imports: `import * as kit from '@appconfig-kit/fastify'
import fastify from 'fastify'
declare module 'fastify' { interface FastifyRequest { user: { tenant: string } } }`,
    before: `const app = fastify()
app.addHook('onRequest', async (request) => { request.user = { tenant: 'tenant-01' } })
const [oldCheckout, newCheckout, betaHandler] = [async () => '1', async () => '2', async () => 'beta']
${HTTP_HANDLERS.fastify}
${CLIENT}
USE_UNLESS_IT_DOES`,
    after: `for (const path of ['/', '/search', '/checkout', '/beta']) {
  const { statusCode } = await app.inject(path)
  if (statusCode >= 500) throw new Error(path + ' answers ' + statusCode)
}
await app.close()`,
  },
  hono: {
    imports: `import * as kit from '@appconfig-kit/hono'
import { type Context, Hono } from 'hono'
declare module 'hono' { interface ContextVariableMap { user: { tenant: string } } }`,
    before: `const app = new Hono()
app.use(async (c, next) => { c.set('user', { tenant: 'tenant-01' }); await next() })
const [oldCheckout, newCheckout] = [(c: Context) => c.text('1'), (c: Context) => c.text('2')]
${HTTP_HANDLERS.hono}
${CLIENT}
USE_UNLESS_IT_DOES`,
    after: `for (const path of ['/', '/search', '/checkout', '/beta/x']) {
  const { status } = await app.request(path)
  if (status >= 500) throw new Error(path + ' answers ' + status)
}`,
  },
  koa: {
    imports: `import * as kit from '@appconfig-kit/koa'
import Koa from 'koa'
import Router from '@koa/router'`,
    before: `const app = new Koa()
const router = new Router()
app.use((ctx, next) => { ctx.state.user = { tenant: 'tenant-01' }; return next() })
const betaRoutes = new Router().routes() as never
const [oldCheckout, newCheckout] = [(ctx: Koa.Context) => void (ctx.body = '1'), (ctx: Koa.Context) => void (ctx.body = '2')]
${HTTP_HANDLERS.koa}
${CLIENT}
USE_UNLESS_IT_DOES`,
    after: `app.use(router.routes() as never)\n${SERVE}`,
  },
  local: {
    imports: `import * as kit from '@appconfig-kit/local'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'`,
    before: `const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }`,
    after: `await (made as kit.LocalAppConfig).close()`,
  },
  console: {
    imports: `import * as kit from '@appconfig-kit/console'
import { createAppConfig, memory } from '@appconfig-kit/core'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import express from 'express'`,
    before: `const app = express()
const authorize = () => true
const client = createAppConfig({ application: 'api', environment: 'dev', layers: ['default'], source: memory({ default: {} }) })`,
    after: '',
  },
  rollout: {
    imports: `import * as kit from '@appconfig-kit/rollout'
import { cloudWatchAlarms, cloudWatchCounts } from '@appconfig-kit/rollout/cloudwatch'
import { prometheusCounts } from '@appconfig-kit/rollout/prometheus'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'`,
    before: '',
    after: '',
  },
  openfeature: {
    imports: `import { OpenFeature } from '@openfeature/server-sdk'
import * as core from '@appconfig-kit/core'
import * as openfeature from '@appconfig-kit/openfeature'
const kit = { ...core, ...openfeature }`,
    before: `const client = core.createAppConfig({ application: 'api', environment: 'prod-01', layers: ['default'], source: direct() })
const flags = OpenFeature.getClient()
const req = {}`,
    after: 'await client.close()',
  },
  nestjs: {
    imports: `import 'reflect-metadata'
import * as kit from '@appconfig-kit/nestjs'
import { overrideConfig } from '@appconfig-kit/nestjs/testing'
import { Controller, Get, Module, Query } from '@nestjs/common'
import { Test } from '@nestjs/testing'`,
    before: `interface AuthenticatedRequest extends kit.NestRequest { user?: { tenant: string } }
type MyConfig = kit.RegisteredConfig
const HealthCheck = (): MethodDecorator => () => {}
@Module({ imports: [kit.AppConfigModule.forRoot({ application: 'api', environment: 'dev', layers: ['default'], source: direct() })] })
class AppModule {}`,
    after: '',
    wrap: (code) => {
      if (!/^(@Get|invoke)/.test(code)) return code
      return `@Controller()\nclass Example {
  health = { check: (checks: (() => unknown)[]) => checks.map((check) => check()) }
  appConfig = { isHealthy: () => ({}) }
  ${code}\n}\nvoid Example`
    },
  },
}

/** Packages that have no configuration of requests. */
const WITHOUT_REQUESTS: readonly string[] = ['console', 'local', 'rollout']

/** A program that runs an example, `exported` being what its package exports. */
export function programOf({ packageName, code }: DocExample, exported: readonly string[]): string {
  const surroundings = SURROUNDINGS[packageName]
  if (surroundings === undefined) throw new Error(`no surroundings for examples of ${packageName}`)
  const { imports, before, after, wrap = (each) => each } = surroundings
  const sources = ['direct', 'agent', 'files']
  const used = exported.filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !sources.includes(name))
  const options = "{ application: 'api', environment: 'prod-01', layers: ['default'], source: direct() }"
  const use =
    packageName === 'fastify'
      ? `app.register(kit.appConfig, ${options})`
      : `app.use(kit.appConfig(${options}))`
  const middleware = /appConfig[(,]/.test(code) ? '' : use
  const [, made] = /^const (?:client|local) = /m.test(code) ? (/^const (client|local)/m.exec(code) ?? []) : []
  const servesRequests = !WITHOUT_REQUESTS.includes(packageName)
  return `${imports}
${servesRequests ? REGISTERED : ''}
${servesRequests ? SOURCES : ''}
${before.replace('USE_UNLESS_IT_DOES', middleware)}
const { ${used.join(', ')} } = kit
let made: unknown = ''
{
${wrap(code)}
${made === undefined ? '' : `made = ${made}`}
}
${after}
`
}
