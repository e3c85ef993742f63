/** The README's first minute, as it is printed: in an empty folder, with the packages as they would be published. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeBlocks } from '../src/code-blocks.ts'
import { type PackedRegistry, startPackedRegistry } from '../src/packed-registry.ts'
import { ROOT, type Running, run, start } from '../src/run.ts'

const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const [install = '', ask = ''] = codeBlocks(README, 'sh')
const [program = '', ofTenants = ''] = codeBlocks(README, 'js')
const [, packing = '', fromClone = ''] =
  README.match(/^ {4}(.* node scripts\/pack\.mjs \.\.\/packed)\n {4}(npm i .*)$/m) ?? []
const MINUTE_MS = 60_000

let folder: string
let registry: PackedRegistry
let app: Running | undefined
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'first-minute-'))
  // The packages are built when tests run.
  expect(packing).toMatch(/ && node scripts\/pack\.mjs \.\.\/packed$/)
  expect(await run(process.execPath, ['scripts/pack.mjs', join(folder, 'packed')])).toMatchObject({ code: 0 })
  registry = await startPackedRegistry(join(folder, 'packed'))
}, 120_000)
afterEach(async () => {
  app?.process.kill()
  await app?.finished
})
afterAll(() => {
  registry?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the first minute', { timeout: 180_000 }, () => {
  it('is some fifteen lines of plain JavaScript', () => {
    const lines = [install, program, ask].flatMap((block) => block.trim().split('\n'))

    expect(lines.filter((line) => line !== '').length).toBeLessThanOrEqual(15)
    expect(README.indexOf(install)).toBeLessThan(400)
  })

  it.each([
    ['as printed', install],
    ['with what a clone packed', install.replace(/^npm i .*$/m, fromClone)],
  ])('works %s, in less than a minute', async (name, commands) => {
    const empty = join(folder, name.replaceAll(' ', '-'))
    mkdirSync(empty)
    const startedMs = performance.now()

    const installed = await run('sh', ['-e', '-c', commands], empty, registry.env)
    expect(installed.code, `${installed.stdout}\n${installed.stderr}`).toBe(0)
    const url = await serve(empty, program)
    expect(await get(`${url}/`)).toBe('Hello')
    expect(await get(`${url}/search`)).toBe('old')
    expect(performance.now() - startedMs).toBeLessThan(MINUTE_MS)

    edit(empty, '"featureA": false', '"featureA": true')
    await vi.waitFor(async () => expect(await get(`${url}/search`)).toBe('new'), { timeout: 10_000 })
  })

  it('keeps the last good content while the file is broken, and says where', async () => {
    const place = join(folder, 'as-printed')
    const url = await serve(place, program)
    expect(await get(`${url}/`)).toBe('Hello')

    edit(place, '"Hello" }', '"Hello", }')
    await vi.waitFor(() => expect(app?.printedErrors()).toMatch(/line 1, column \d+/), { timeout: 10_000 })

    expect(await get(`${url}/`)).toBe('Hello')
    edit(place, '"Hello", }', '"Hello" }')
  })

  it('goes on with tenants', async () => {
    const place = join(folder, 'as-printed')
    writeFileSync(join(place, 'appconfig/api/dev/default.json'), '{ "featureA": false }')
    writeFileSync(join(place, 'appconfig/api/dev/tenant-t-01.json'), '{ "featureA": true }')
    const [imported = '', ...mounting] = ofTenants.split('\n')
    const url = await serve(
      place,
      program
        .replace(/^import .*appconfig-kit.*$/m, imported)
        .replace('app.use(appConfig())', () => mounting.join('\n')),
    )

    expect(await get(`${url}/search`, 't-01')).toBe('new')
    expect(await get(`${url}/search`, 't-02')).toBe('old')
  })

  it('refuses to start in production without being told a source', async () => {
    const { code, stderr } = await run(process.execPath, ['app.mjs'], join(folder, 'as-printed'), {
      NODE_ENV: 'production',
      PORT: '0',
    })

    expect(code).toBe(1)
    expect(stderr).toMatch(/SOURCE_NOT_CONFIGURED: .*NODE_ENV is production.*APPCONFIG_APPLICATION/)
  })
})

/** Starts the program under the name in its first line, and resolves to its address. */
async function serve(place: string, source: string): Promise<string> {
  const file = program.match(/^\/\/ (\S+)$/m)?.[1] ?? ''
  writeFileSync(join(place, file), source)
  expect(readdirSync(place)).toContain('node_modules')
  expect(ask).toContain(`node ${file}\n`)
  // The program prints nothing, so the port is known by a line that goes before it.
  app = start(process.execPath, ['--import', PRINTING_PORTS, file], place, { PORT: '0' })
  const [, port] = await app.printed(/port (\d+)/)
  return `http://127.0.0.1:${port}`
}

const PRINTING_PORTS = `data:text/javascript,${encodeURIComponent(`
import { Server } from 'node:net'
const { listen } = Server.prototype
Server.prototype.listen = function (...args) {
  this.once('listening', () => console.log('port ' + this.address().port))
  return listen.apply(this, args)
}`)}`

async function get(url: string, tenant: string = 't-09'): Promise<string> {
  const response = await fetch(url, { headers: { 'x-tenant-id': tenant } })
  return response.text()
}

function edit(place: string, from: string, to: string): void {
  const path = join(place, 'appconfig/api/dev/default.json')
  const before = readFileSync(path, 'utf8')
  expect(before).toContain(from)
  writeFileSync(path, before.replace(from, to))
}
