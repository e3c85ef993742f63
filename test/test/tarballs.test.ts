/** The packages as they would be published, installed by projects of every kind. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsumer, developedWith } from '../src/consumer.ts'
import { ROOT, run } from '../src/run.ts'

const NEST = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/testing',
  'reflect-metadata',
  'rxjs',
]
/** Besides the one that runs this. They are fetched, so only where that is asked for. */
const NODES = ['22', '24', '26']
const leaveOut = process.env['APPCONFIG_KIT_NODES'] !== 'required'

let project: string

beforeAll(async () => {
  const { typescript = '', '@types/node': node = '' } = developedWith('package.json')
  const { express = '', '@types/express': types = '' } = developedWith('packages/express/package.json')
  project = await createConsumer({
    packages: readdirSync(join(ROOT, 'packages')),
    dependencies: {
      express,
      ...pick('packages/koa/package.json', ['koa']),
      ...pick('test/package.json', ['fastify', 'hono', '@hono/node-server']),
      ...pick('packages/rollout/package.json', ['@aws-sdk/client-cloudwatch']),
      ...pick('test/package.json', NEST),
    },
    devDependencies: { typescript, '@types/node': node, '@types/express': types },
    files: 'consumers',
  })
}, 300_000)
afterAll(() => rmSync(project, { recursive: true }))

function pick(manifest: string, names: readonly string[]): Record<string, string> {
  const versions = developedWith(manifest)
  return Object.fromEntries(names.map((name) => [name, versions[name] ?? '']))
}

const EVERYTHING = { code: 0, stdout: 'all loaded, express koa fastify hono nest\n', stderr: '' }

describe('the packed tarballs', { timeout: 120_000 }, () => {
  it.each([
    ['an ESM project', 'esm.mjs', 'new old\n'],
    ['a CommonJS project', 'cjs.cjs', 'new old\n'],
    ['a process that imports and requires them', 'both.mjs', 'new old true true\n'],
  ])('serve two tenants in %s', async (_, file, printed) => {
    expect(await run(process.execPath, [file], project)).toEqual({ code: 0, stdout: printed, stderr: '' })
  })

  it('serve two tenants in a TypeScript project', async () => {
    const tsc = join(project, 'node_modules/.bin/tsc')
    const compile = [
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      '--skipLibCheck',
      '--outDir',
      '.',
    ]
    expect(await run(tsc, [...compile, 'serve.mts'], project)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await run(process.execPath, ['serve.mjs'], project)).toEqual({
      code: 0,
      stdout: 'new old\n',
      stderr: '',
    })
  })

  it.each([
    ['nodenext', 'mts'],
    ['nodenext', 'cts'],
    ['bundler', 'mts'],
  ])('type-check under %s as .%s', async (moduleResolution, extension) => {
    const source = readFileSync(join(project, 'typed.ts'), 'utf8')
    const file = `typed-${moduleResolution}.${extension}`
    const text =
      extension === 'mts'
        ? source
            .replace('import express = require(', 'import express from ')
            .replace("'express')", "'express'")
        : source
    writeFileSync(join(project, file), text)
    const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution
    const args = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
      '--types',
      'node',
      '--target',
      'es2023',
      file,
    ]
    expect(await run(join(project, 'node_modules/.bin/tsc'), args, project)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  it.each([
    ['mjs', "import { consoleRouter } from '@appconfig-kit/console'"],
    ['cjs', "const { consoleRouter } = require('@appconfig-kit/console')"],
  ])('hold the files of the console, for .%s', async (extension, importing) => {
    const program = `${importing}
      const answer = { writeHead: (status) => console.log(status), end: (body) => console.log(body.length > 9999) }
      consoleRouter({}, { authorize: () => true })({ url: '/console.js', method: 'GET', headers: {} }, answer)`
    writeFileSync(join(project, `console.${extension}`), program)
    expect(await run(process.execPath, [`console.${extension}`], project)).toEqual({
      code: 0,
      stdout: '200\ntrue\n',
      stderr: '',
    })
  })

  it('load and answer, every package', async () => {
    expect(await run(process.execPath, ['every.mjs'], project)).toEqual(EVERYTHING)
  })

  const missing = leaveOut ? ' (left out: APPCONFIG_KIT_NODES=required fetches it)' : ''
  it.skipIf(leaveOut).each(NODES)(`load and answer on Node %s${missing}`, async (version) => {
    const command = `node -e "process.stderr.write(process.versions.node)" && node every.mjs`
    const { stderr, ...result } = await run('npx', ['--yes', '-p', `node@${version}`, '-c', command], project)
    expect({ ...result, major: stderr.split('.')[0] }, stderr).toEqual({
      code: 0,
      stdout: EVERYTHING.stdout,
      major: version,
    })
  })

  it.each([
    ['imported', 'mjs', "import { createAppConfig } from '@appconfig-kit/core'"],
    ['required', 'cjs', "const { createAppConfig } = require('@appconfig-kit/core')"],
  ])('name their sources in stack traces, %s', async (_, extension, load) => {
    const file = `trace.${extension}`
    writeFileSync(join(project, file), `${load}\ncreateAppConfig({ application: 5 })`)

    const { stderr } = await run(process.execPath, ['--enable-source-maps', file], project)

    expect(stderr).toMatch(/at .*core[/\\]src[/\\]options[/\\][a-z-]+\.ts:\d+:\d+/)
    // The line itself: the sources are in the maps.
    expect(stderr).toMatch(/\.ts:\d+\n.*\n +\^/)
  })

  it('load the AWS SDK only when it is used', async () => {
    // A loader that refuses it: whoever gets through did not ask for it.
    const refuse = `export const resolve = (name, context, next) => {
      if (name.startsWith('@aws-sdk/')) throw new Error('loads ' + name)
      return next(name, context)
    }`
    writeFileSync(join(project, 'refuse.mjs'), refuse)
    const program = (source: string) => `
      import { register } from 'node:module'
      register('./refuse.mjs', import.meta.url)
      const { agent, createAppConfig, direct, memory } = await import('@appconfig-kit/core')
      const client = createAppConfig({ application: 'a', environment: 'e', layers: ['p'], source: ${source} })
      console.log(await client.resolve().then(() => 'served', (error) => error.message.match(/loads [^. ]+/)?.[0]))
    `
    writeFileSync(join(project, 'without.mjs'), program('memory({ p: {} })'))
    writeFileSync(join(project, 'agent.mjs'), program("agent({ baseUrl: 'http://127.0.0.1:1' })"))
    writeFileSync(join(project, 'with.mjs'), program('direct()'))
    expect((await run(process.execPath, ['without.mjs'], project)).stdout).toBe('served\n')
    expect((await run(process.execPath, ['agent.mjs'], project)).stdout).toBe('undefined\n')
    expect((await run(process.execPath, ['with.mjs'], project)).stdout).toBe(
      'loads @aws-sdk/client-appconfigdata\n',
    )
  })
})
