/**
 * Imports and requires all that the packages export, runs the command, and answers a request on each framework: what the
 * packages promise on every version of Node. Prints one line.
 */
import 'reflect-metadata'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { appConfig as expressConfig, memory, flagged as onExpress } from '@appconfig-kit/express'
import { appConfig as fastifyConfig, flagged as onFastify } from '@appconfig-kit/fastify'
import { appConfig as honoConfig, flagged as onHono } from '@appconfig-kit/hono'
import { appConfig as koaConfig, flagged as onKoa } from '@appconfig-kit/koa'
import { AppConfigModule, Flagged } from '@appconfig-kit/nestjs'
import { createAdaptorServer } from '@hono/node-server'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'

const require = createRequire(import.meta.url)
const manifest = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url)))
const options = {
  application: 'a',
  environment: 'e',
  layers: ['p'],
  source: memory({ p: { featureA: true } }),
}

let loaded = 0
for (const name of Object.keys(
  JSON.parse(readFileSync(new URL('package.json', import.meta.url))).dependencies,
)) {
  if (!name.startsWith('@appconfig-kit/')) continue
  for (const [path, conditions] of Object.entries(manifest(name).exports)) {
    if (conditions.import === undefined) continue
    const names = Object.keys(await import(`${name}${path.slice(1)}`))
    const required = require(`${name}${path.slice(1)}`)
    for (const each of names)
      if (!(each in required)) throw new Error(`${name}${path.slice(1)} lacks ${each} when required`)
    loaded++
  }
}

const version = execFileSync('node_modules/.bin/appconfig-kit', ['--version'], { encoding: 'utf8' }).trim()
if (version !== manifest('appconfig-kit').version) throw new Error(`The command says that it is ${version}`)

async function answerOf(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const text = await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text()
  server.closeAllConnections()
  server.close()
  return text
}

const application = express()
application.use(expressConfig(options))
const old = (_req, res) => res.send('old')
application.get(
  '/',
  onExpress('featureA', old, (_req, res) => res.send('express')),
)

const koa = new Koa()
koa.use(koaConfig(options))
const say = (text) => (ctx) => {
  ctx.body = text
}
koa.use(onKoa('featureA', say('old'), say('koa')))

const onFast = fastify()
onFast.register(fastifyConfig, options)
onFast.get(
  '/',
  onFastify(
    'featureA',
    async () => 'old',
    async () => 'fastify',
  ),
)
await onFast.ready()

const hono = new Hono()
hono.use(honoConfig(options))
hono.get(
  '/',
  onHono(
    'featureA',
    (c) => c.text('old'),
    (c) => c.text('hono'),
  ),
)

class AppController {
  current() {
    return 'nest'
  }

  old() {
    return 'old'
  }
}
// As a compiler writes decorators.
const method = [
  AppController.prototype,
  'current',
  Object.getOwnPropertyDescriptor(AppController.prototype, 'current'),
]
Flagged('featureA', { old: 'old' })(...method)
Object.defineProperty(...method)
Get()(...method)
Controller()(AppController)
class AppModule {}
Module({ imports: [AppConfigModule.forRoot(options)], controllers: [AppController] })(AppModule)
const nest = await NestFactory.create(AppModule, { logger: false })
await nest.init()

const answers = [await answerOf(createServer(application)), await answerOf(createServer(koa.callback()))]
answers.push(await answerOf(onFast.server), await answerOf(createAdaptorServer(hono)))
answers.push(await answerOf(nest.getHttpServer()))
await onFast.close()
await nest.close()
console.log(`${loaded > 10 ? 'all' : loaded} loaded, ${answers.join(' ')}`)
