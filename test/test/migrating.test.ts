/** The pages about migrating: what stands under "Before" and "After" answers the same, run as it is printed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startLocalAppConfig } from '@appconfig-kit/local'
import ts from 'typescript59'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeBlocks } from '../src/code-blocks.ts'
import { freePort } from '../src/restart.ts'
import { ROOT, type Running, start } from '../src/run.ts'

/** Inside the workspace, so that packages resolve as they do for a user. */
const FOLDER = join(ROOT, 'test/node_modules/.migrating')

type Asked = readonly [headers: Record<string, string>, answer: string]

/** By page, what is asked and answered, before and after. */
const PAGES: Readonly<Record<string, readonly Asked[]>> = {
  'migrating-from-powertools': [
    [{ 'x-tenant': 't-01' }, 'new, 10'],
    [{ 'x-tenant': 't-02' }, 'old, 10'],
  ],
  'migrating-from-launchdarkly': [
    [{ 'x-tenant': 't-01', 'x-tier': 'pro' }, 'new'],
    [{ 'x-tenant': 't-01', 'x-tier': 'free' }, 'old'],
  ],
  'migrating-from-openfeature': [
    [{ 'x-tenant': 't-01', 'x-tier': 'pro' }, 'new'],
    [{ 'x-tenant': 't-01', 'x-tier': 'free' }, 'old'],
  ],
  'migrating-from-nestjs-config': [[{ 'x-tenant': 't-01' }, 'old, 10']],
}

let local: Awaited<ReturnType<typeof startLocalAppConfig>>
let running: Running | undefined
beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  local = await startLocalAppConfig()
  const place = { application: 'api', environment: 'prod-01' }
  await local.deploy({ ...place, profile: 'default', content: { featureA: false, limit: 10 } })
  await local.deploy({ ...place, profile: 'tenant-t-01', content: { featureA: true } })
})
afterEach(async () => {
  running?.process.kill()
  await running?.finished
})
afterAll(() => local.close())

describe.each(Object.entries(PAGES))('%s', (page, asked) => {
  const text = readFileSync(join(ROOT, `docs/${page}.md`), 'utf8')

  it.each(['Before', 'After'])('%s', async (heading) => {
    const [, section = ''] = text.split(`\n## ${heading}\n`)
    const folder = mkdtempSync(join(FOLDER, `${page}-`))
    const [program = ''] = codeBlocks(section, 'ts')
    writeFileSync(join(folder, 'app.mjs'), javascriptOf(program))
    // The document of the section, if it has one: in the file its sentence names.
    const [, file] = /^with, in `([^`]+)`/m.exec(section.split('\n## ')[0] ?? '') ?? []
    if (file !== undefined) {
      mkdirSync(join(folder, file, '..'), { recursive: true })
      writeFileSync(join(folder, file), codeBlocks(section, 'json')[0] ?? '')
    }
    const port = await freePort()
    running = start(process.execPath, ['app.mjs'], folder, {
      PORT: String(port),
      AWS_ENDPOINT_URL: local.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
    })
    await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/search`), { timeout: 20_000, interval: 50 })
    for (const [headers, answer] of asked) {
      const response = await fetch(`http://127.0.0.1:${port}/search`, { headers })
      expect(await response.text(), running.printedErrors()).toBe(answer)
    }
  })
})

/** The types are checked with those of the other pages. */
function javascriptOf(code: string): string {
  return ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
    },
  }).outputText
}
