/** The packages as they would be published, where a program's globals are not those of Node or of the packages. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsumer, developedWith } from '../src/consumer.ts'
import { run } from '../src/run.ts'

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }

let project: string
beforeAll(async () => {
  const { vitest = '' } = developedWith('package.json')
  project = await createConsumer({
    packages: ['core', 'local'],
    devDependencies: { jest: '30.5.2', vitest },
    files: 'consumers-realms',
  })
}, 300_000)
afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('a program that hands things in and gets things back', { timeout: 120_000 }, () => {
  it.each([
    ['in Jest', 'jest/bin/jest.js', ['--testMatch', '**/*.jest.cjs', '--transform', '{}']],
    ...['vmThreads', 'vmForks', 'threads'].map(
      (pool) =>
        [
          `in vitest's ${pool}`,
          'vitest/vitest.mjs',
          ['run', '--pool', pool, '--dir', '.', 'app.test.mjs', '--reporter', 'verbose'],
        ] as const,
    ),
  ] as const)('%s', async (_, program, args) => {
    const { code, stdout, stderr } = await run(
      process.execPath,
      [join('node_modules', program), ...args],
      project,
      CREDENTIALS,
    )

    expect(`${stdout}${stderr}`).toMatch(/1 passed/)
    expect(code).toBe(0)
  })

  it('in a context of node:vm', async () => {
    expect(await run(process.execPath, ['in-vm.mjs'], project, CREDENTIALS)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })
})
