/** What `appconfig-kit init` writes into projects of each kind runs: the lines it prints, the test, the schema. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createConsumer, developedWith } from '../src/consumer.ts'
import { type Running, run, start } from '../src/run.ts'

interface Kind {
  readonly adapter: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly manifest?: object
  /** The application's source, with the printed lines in it, and how it is started. */
  readonly file: string
  source(lines: readonly string[]): string
  readonly isCompiled?: true
  readonly main: string
}

const { typescript = '', '@types/node': node = '', vitest = '' } = developedWith('package.json')
const hono = developedWith('packages/hono/package.json')
const koa = developedWith('packages/koa/package.json')
const nest = developedWith('packages/nestjs/package.json')

const KINDS: Readonly<Record<string, Kind>> = {
  'Express, CommonJS': {
    adapter: 'express',
    dependencies: { express: developedWith('packages/express/package.json')['express'] ?? '' },
    file: 'app.js',
    main: 'app.js',
    source: ([top, early, route]) => `
const express = require('express')
${top}
const app = express()
${early}
${route}
const server = app.listen(0, () => console.log('at ' + server.address().port))
`,
  },
  'Fastify, CommonJS': {
    adapter: 'fastify',
    dependencies: { fastify: developedWith('packages/fastify/package.json')['fastify'] ?? '' },
    file: 'app.js',
    main: 'app.js',
    source: ([top, early, route]) => `
const app = require('fastify')()
${top}
${early}
${route}
app.listen({ port: 0 }).then((url) => console.log('at ' + new URL(url).port))
`,
  },
  'Hono, ES modules': {
    adapter: 'hono',
    dependencies: { hono: hono['hono'] ?? '', '@hono/node-server': hono['@hono/node-server'] ?? '' },
    manifest: { type: 'module' },
    file: 'app.js',
    main: 'app.js',
    source: ([top, early, route]) => `
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
${top}
const app = new Hono()
${early}
${route}
serve({ fetch: app.fetch, port: 0 }, ({ port }) => console.log('at ' + port))
`,
  },
  'Koa, ES modules, vitest': {
    adapter: 'koa',
    dependencies: { koa: koa['koa'] ?? '', '@koa/router': koa['@koa/router'] ?? '' },
    devDependencies: { vitest },
    manifest: { type: 'module' },
    file: 'app.js',
    main: 'app.js',
    source: ([top, early, route]) => `
import Router from '@koa/router'
import Koa from 'koa'
${top}
const app = new Koa()
const router = new Router()
${early}
${route}
app.use(router.routes())
const server = app.listen(0, () => console.log('at ' + server.address().port))
`,
  },
  'Nest, TypeScript': {
    adapter: 'nestjs',
    dependencies: Object.fromEntries(
      ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express', 'reflect-metadata', 'rxjs'].map(
        (name) => [name, nest[name] ?? ''],
      ),
    ),
    devDependencies: { typescript, '@types/node': node },
    manifest: { type: 'module' },
    file: 'app.ts',
    isCompiled: true,
    main: 'app.js',
    source: ([top, imports, handler]) => `
import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
${top}
@Controller()
class SearchController {
${handler}
}
@Module({ imports: [
${imports}
], controllers: [SearchController] })
class AppModule {}
const app = await NestFactory.create(AppModule, { logger: ['error'] })
await app.listen(0, '127.0.0.1')
console.log('at ' + new URL(await app.getUrl()).port)
`,
  },
}

const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    types: ['node'],
  },
  files: ['app.ts'],
}

/** With all packages; each kind is a folder below it, since an installation each would take minutes. */
let installed: string
beforeAll(async () => {
  const kinds = Object.values(KINDS)
  installed = await createConsumer({
    packages: ['core', 'console', 'local', 'rollout', 'cli', ...kinds.map(({ adapter }) => adapter)],
    dependencies: Object.assign({}, ...kinds.map(({ dependencies }) => dependencies)),
    devDependencies: { typescript, '@types/node': node, vitest },
  })
}, 300_000)
afterAll(() => rmSync(installed, { recursive: true, force: true }))

let app: Running | undefined
afterEach(async () => {
  app?.process.kill()
  await app?.finished
  app = undefined
})

describe('init', { timeout: 120_000 }, () => {
  it.each(Object.keys(KINDS))('in a project of %s writes what runs', async (name) => {
    const { adapter, dependencies, devDependencies, manifest, file, source, isCompiled, main } = KINDS[
      name
    ] as Kind
    const folder = join(installed, adapter)
    mkdirSync(folder)
    symlinkSync(join(installed, 'node_modules'), join(folder, 'node_modules'))
    const ours = { [`@appconfig-kit/${adapter}`]: '*' }
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ ...manifest, dependencies: { ...ours, ...dependencies }, devDependencies }),
    )
    if (isCompiled) writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))

    const init = await run('npx', ['--no-install', 'appconfig-kit', 'init', '--json'], folder)
    expect(init).toMatchObject({ code: 0, stderr: '' })
    const { additions, commands } = JSON.parse(init.stdout.trimEnd().split('\n').at(-1) ?? '')
    const lines = (additions as { lines: string[] }[]).map((addition) => addition.lines.join('\n'))

    writeFileSync(join(folder, file), source(lines))
    if (isCompiled)
      expect(await run('npx', ['--no-install', 'tsc'], folder)).toMatchObject({ code: 0, stdout: '' })
    app = start(process.execPath, [main], folder)
    const [, port] = await app.printed(/at (\d+)/)
    const search = async () => (await fetch(`http://127.0.0.1:${port}/search`)).text()
    expect(await search()).toBe('old')

    const document = join(folder, 'appconfig/api/dev/default.json')
    writeFileSync(document, readFileSync(document, 'utf8').replace('false', 'true'))
    await vi.waitFor(async () => expect(await search()).toBe('new'), { timeout: 20_000, interval: 100 })

    expect(commands).toHaveLength(2)
    for (const command of commands as string[]) {
      const [program = '', ...args] = command.split(' ')
      const { code, stdout, stderr } = await run(program, args, folder)
      expect(code, `${command}\n${stdout}\n${stderr}`).toBe(0)
    }
  })
})
