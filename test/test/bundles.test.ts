/** The packages as they would be published, in an application that is bundled. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsumer } from '../src/consumer.ts'
import { type Finished, ROOT, run } from '../src/run.ts'

const SERVED = 'memory true\napplication/json true\napplication/x-yaml true\n'

let project: string
/** Where nothing is installed: a bundle has all it needs in itself. */
let alone: string
beforeAll(async () => {
  alone = mkdtempSync(join(tmpdir(), 'bundle-'))
  project = await createConsumer({
    packages: ['core'],
    devDependencies: {
      '@rollup/plugin-commonjs': '29.0.3',
      '@rollup/plugin-json': '6.1.0',
      '@rollup/plugin-node-resolve': '16.0.3',
      esbuild: '0.28.2',
      rollup: '4.68.8',
      webpack: '5.112.2',
    },
    files: 'consumers-bundled',
  })
}, 300_000)
afterAll(() => {
  for (const folder of [project, alone]) rmSync(folder, { recursive: true, force: true })
})

/** @param main the file to run, where the bundle is a folder. */
async function runBundle(name: string, main = ''): Promise<Finished> {
  await rename(join(project, name), join(alone, name))
  return run(process.execPath, [join(alone, name, main)], alone)
}

async function byEsbuild(outfile: string, ...args: string[]): Promise<Finished> {
  const options = ['--bundle', '--platform=node', '--target=node20', `--outfile=${outfile}`]
  const esbuild = join(project, 'node_modules/.bin/esbuild')
  return run(esbuild, ['app.mjs', ...options, '--log-level=warning', ...args], project)
}

describe('a bundle', { timeout: 120_000 }, () => {
  const built = { code: 0, stdout: '', stderr: '' }

  it('by esbuild, CommonJS, serves JSON and YAML', async () => {
    expect(await byEsbuild('esbuild.cjs', '--format=cjs')).toEqual(built)
    expect(await runBundle('esbuild.cjs')).toEqual({ ...built, stdout: SERVED })
  })

  it('by esbuild, ESM, serves JSON, and says what YAML needs', async () => {
    expect(await byEsbuild('esbuild.mjs', '--format=esm')).toEqual(built)

    const { code, stdout, stderr } = await runBundle('esbuild.mjs')

    expect([code, stderr]).toEqual([0, expect.stringContaining('DOCUMENT_INVALID')])
    expect(stdout).toMatch(/^memory true\napplication\/json true\napplication\/x-yaml .*DOCUMENT_INVALID/)
    expect(stdout).toMatch(/the YAML parser is not loaded: Dynamic require .*docs\/sources\.md/)
  })

  it('by esbuild, ESM, serves YAML too with the banner of the documentation', async () => {
    const page = readFileSync(join(ROOT, 'docs/sources.md'), 'utf8')
    const [, banner = ''] = page.match(/--banner:js="([^"]+)"/) ?? []

    expect(await byEsbuild('banner.mjs', '--format=esm', `--banner:js=${banner}`)).toEqual(built)
    expect(await runBundle('banner.mjs')).toEqual({ ...built, stdout: SERVED })
  })

  it.each([
    ['webpack', 'main.cjs'],
    ['rollup', 'main.mjs'],
  ])('by %s serves JSON and YAML', async (bundler, main) => {
    expect(await run(process.execPath, [`by-${bundler}.mjs`], project)).toEqual(built)
    expect(await runBundle(`by-${bundler}`, main)).toEqual({ ...built, stdout: SERVED })
  })
})
