/** The packages as they would be published, installed by projects of every kind. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsumer, developedWith } from '../src/consumer.ts'
import { run } from '../src/run.ts'

let project: string

beforeAll(async () => {
  const { typescript = '', '@types/node': node = '' } = developedWith('package.json')
  const { express = '', '@types/express': types = '' } = developedWith('packages/express/package.json')
  project = await createConsumer({
    packages: ['core', 'console', 'express', 'local'],
    dependencies: { express },
    devDependencies: { typescript, '@types/node': node, '@types/express': types },
    files: 'consumers',
  })
}, 300_000)
afterAll(() => rmSync(project, { recursive: true }))

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
