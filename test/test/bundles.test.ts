/** The packages as they would be published, in an application that is bundled. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createConsumer, developedWith } from '../src/consumer.ts'
import { type Finished, ROOT, run, start } from '../src/run.ts'

// A newer one knows a newer compatibility date than the one in workerd.capnp.
const WORKERD = '1.20260426.1'
/** There is no workerd for Linux without the GNU C library. */
const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } })
  .header
const leaveOut = process.platform === 'linux' && glibcVersionRuntime === undefined

const SERVED = 'memory true\napplication/json true\napplication/x-yaml true\n'

let project: string
/** Where nothing is installed: a bundle has all it needs in itself. */
let alone: string
beforeAll(async () => {
  alone = mkdtempSync(join(tmpdir(), 'bundle-'))
  project = await createConsumer({
    packages: ['core', 'hono'],
    dependencies: { hono: developedWith('packages/hono/package.json')['hono'] as string },
    devDependencies: {
      '@rollup/plugin-commonjs': '29.0.3',
      '@rollup/plugin-json': '6.1.0',
      '@rollup/plugin-node-resolve': '16.0.3',
      esbuild: '0.28.2',
      rollup: '4.68.8',
      webpack: '5.112.2',
      workerd: WORKERD,
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

describe('a Hono application with an Agent, in a bundle for workerd', () => {
  /** As wrangler bundles, but for the SDK, which only the source `direct` loads, and for the modules of Node. */
  const options = [
    '--bundle',
    '--platform=neutral',
    '--format=esm',
    '--conditions=workerd,worker,browser',
    '--main-fields=browser,module,main',
    '--external:@aws-sdk/*',
    '--log-level=warning',
    '--outdir=worker',
    '--metafile=worker.json',
  ]
  const built = { code: 0, stdout: '', stderr: '' }

  async function bundle(agentUrl: string): Promise<void> {
    const esbuild = join(project, 'node_modules/.bin/esbuild')
    const define = `--define:AGENT_URL=${JSON.stringify(agentUrl)}`
    expect(await run(esbuild, ['worker.mjs', ...options, define], project)).toEqual(built)
  }

  it('imports no module of Node at all, and the SDK only when it is used', async () => {
    await bundle('http://127.0.0.1:2772')

    const { outputs } = JSON.parse(readFileSync(join(project, 'worker.json'), 'utf8'))
    expect(outputs['worker/worker.js'].imports).toEqual(
      ['client-appconfigdata', 'client-appconfig'].map((name) => ({
        path: `@aws-sdk/${name}`,
        kind: 'dynamic-import',
        external: true,
      })),
    )
  })

  it.skipIf(leaveOut)(`answers requests there${leaveOut ? ' (left out: no workerd here)' : ''}`, async () => {
    const local = await startLocalAppConfig()
    onTestFinished(() => local.close())
    const place = { application: 'api', environment: 'dev' }
    await local.deploy({ ...place, profile: 'default', content: { limit: 5, featureA: false } })
    await local.deploy({ ...place, profile: 'tenant-t-1', content: { featureA: { enabled: true } } })
    await bundle(local.agentUrl)
    const workerd = start(
      join(project, 'node_modules/workerd/bin/workerd'),
      ['serve', 'workerd.capnp', '--control-fd=1'],
      project,
    )
    onTestFinished(() => void workerd.process.kill('SIGKILL'))
    const [, port] = await workerd.printed(/"port":(\d+)/)
    const ask = (path: string, headers: Record<string, string> = { 'x-tenant': 't-1' }) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers })

    expect(await (await ask('/')).json()).toEqual({ limit: 5, featureA: { enabled: true }, isTheSame: true })
    const together = await Promise.all(
      ['t-1', 't-1', 'nobody'].map((id) => ask('/search', { 'x-tenant': id })),
    )
    expect(together.map(({ status }) => status)).toEqual([200, 200, 404])
    expect(await together[0]?.text()).toBe('new')
    expect((await ask('/', {})).status).toBe(400)
  })
})
