/** The testing kit as it would be published, in projects of users: three frameworks in three runners. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsumer, developedWith } from '../src/consumer.ts'
import { type Finished, ROOT, run } from '../src/run.ts'

const RUNNERS = ['jest', 'vitest', 'node:test'] as const
type Runner = (typeof RUNNERS)[number]

let project: string
beforeAll(async () => {
  const { vitest = '', typescript = '' } = developedWith('package.json')
  project = await createConsumer({
    packages: ['core', 'express', 'koa', 'nestjs'],
    dependencies: {
      '@nestjs/common': '^11.1.0',
      '@nestjs/core': '^11.1.0',
      '@nestjs/platform-express': '^11.1.0',
      express: '^5.3.0',
      koa: '^3.3.0',
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.2',
    },
    devDependencies: {
      '@nestjs/testing': '^11.1.0',
      jest: '30.5.2',
      supertest: '^7.3.2',
      typescript,
      vitest,
    },
    files: 'consumers-testing',
  })
  expect(await compile('nest-app.ts', '--outDir', 'dist')).toEqual({ code: 0, stdout: '', stderr: '' })
}, 300_000)
afterAll(() => rmSync(project, { recursive: true, force: true }), 60_000)

function compile(...args: string[]): Promise<Finished> {
  const options = ['--experimentalDecorators', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck']
  return run(join(project, 'node_modules/.bin/tsc'), [...args, ...options], project)
}

/** @param file without the runner's own ending. */
function runIn(runner: Runner, file: string): Promise<Finished> {
  const args = {
    jest: [
      'node_modules/jest/bin/jest.js',
      '--verbose',
      '--testMatch',
      `**/${file}.jest.cjs`,
      '--transform',
      '{}',
    ],
    vitest: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--dir',
      '.',
      '--reporter',
      'verbose',
      `${file}.test.m`,
    ],
    'node:test': ['--test', '--test-reporter', 'spec', `${file}.node.mjs`],
  }[runner]
  return run(process.execPath, args, project, { FORCE_COLOR: '0', NO_COLOR: '1' })
}

/** The number of tests that have passed, as the runner says it at its end. */
const PASSED = {
  jest: /Tests: +(\d+) passed, \1 total/,
  vitest: /Tests +(\d+) passed \(\1\)/,
  'node:test': /pass (\d+)\n.*fail 0/,
}

describe.each(RUNNERS)('in %s', { timeout: 120_000 }, (runner) => {
  it.each([
    ['express', 7],
    ['koa', 4],
    ['nest', 7],
  ] as const)('tests of an API with %s pass', async (app, count) => {
    const { code, stdout, stderr } = await runIn(runner, app)
    const printed = `${stdout}\n${stderr}`

    expect(printed.match(PASSED[runner])?.[1], printed).toBe(String(count))
    for (const side of ['featureA off', 'featureA on']) expect(printed).toContain(side)
    if (app === 'express')
      expect(printed).toMatch(/not tested on both sides:\n\s+idle: never on, never off\n/)
    expect(code).toBe(0)
  })

  it('a test fails where the application does not heed its flag', async () => {
    const file = join(project, 'express-app.cjs')
    const application = readFileSync(file, 'utf8')
    writeFileSync(file, application.replace("flagged('featureA', ", "flagged('featureB', "))
    try {
      const { code, stdout, stderr } = await runIn(runner, 'express')

      expect(`${stdout}\n${stderr}`).toMatch(/2 failed|fail 2/)
      expect(code).toBe(1)
    } finally {
      writeFileSync(file, application)
    }
  })
})

describe('the page on testing', { timeout: 120_000 }, () => {
  const page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8')
  /** The first block of a language below a heading. */
  function block(heading: string, language: string): string {
    const [, code = ''] =
      page.match(new RegExp(`^## ${heading}$[^]*?^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm')) ?? []
    return code
  }
  const write = (file: string, code: string) => writeFileSync(join(project, file), code)

  it('has tests of Express that pass in vitest', async () => {
    write('page-express.test.mts', block('Express, in vitest', 'ts'))

    expect((await runIn('vitest', 'page-express')).stdout).toMatch(/Tests +4 passed \(4\)/)
  })

  it('has tests of Koa that pass in node:test', async () => {
    write('page-koa.node.mts', block('Koa, in node:test', 'ts'))
    // Types are judged where they are installed: by the test of all pages.
    await compile('page-koa.node.mts')

    expect((await runIn('node:test', 'page-koa')).stdout).toMatch(/pass 4\n.*fail 0/)
  })

  it('has tests of Nest that pass in Jest', async () => {
    write('search.ts', block('Nest, in Jest', 'ts'))
    write('page-nest.jest.cjs', block('Nest, in Jest', 'js'))
    await compile('search.ts')

    expect((await runIn('jest', 'page-nest')).stderr).toMatch(/Tests: +7 passed, 7 total/)
  })
})
