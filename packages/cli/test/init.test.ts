import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FRAMEWORKS } from '../src/init/frameworks/index.ts'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Answers {
  readonly asked: string[]
  readonly answer: string
}

async function init(args: readonly string[] = [], answers?: Answers) {
  const ask =
    answers &&
    (async (question: string) => {
      answers.asked.push(question)
      return answers.answer
    })
  const io = memoryIo({}, () => 0, ask)
  const code = await runCli(['init', '--project', folder, ...args], io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
const project = (dependencies: object, more: object = {}) =>
  write('package.json', JSON.stringify({ dependencies, ...more }))
const filesBelow = () =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const WRITTEN = ['.env.example', 'appconfig/api/dev/default.json', 'appconfig/default.schema.json']

describe('init', () => {
  it.each([
    [{ express: '5' }, 'Express', "const { appConfig, flagged } = require('@appconfig-kit/express')"],
    [{ fastify: '5' }, 'Fastify', 'app.register(appConfig)'],
    [{ hono: '4' }, 'Hono', "  (c) => c.text('old'),"],
    [{ '@nestjs/core': '12', fastify: '5' }, 'Nest', 'AppConfigModule.forRoot(),'],
    [{ koa: '3' }, 'Koa', "app.use(flagged('featureA',"],
    [{ koa: '3', '@koa/router': '14' }, 'Koa', "router.get('/search', flagged('featureA',"],
    [{ '@nestjs/core': '12', express: '5' }, 'Nest', 'AppConfigModule.forRoot(),'],
  ])('recognises %j', async (dependencies, title, line) => {
    project(dependencies)

    const { code, stdout, stderr } = await init()

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`Add to your ${title} application`)
    expect(stdout).toContain(line)
    expect(filesBelow()).toEqual([...WRITTEN, 'package.json', 'test/appconfig.mjs'])
    expect(JSON.parse(read('appconfig/api/dev/default.json'))).toEqual({ featureA: false, greeting: 'Hello' })
  })

  it.each([
    ['import', { type: 'module' }],
    ['require(', {}],
  ])('prints %s as the project has it', async (word, more) => {
    project({ express: '5' }, more)

    expect((await init()).stdout).toMatch(new RegExp(`^ {4}.*${word.replace('(', '\\(')}.*express'`, 'm'))
  })

  it('writes for vitest where that is the runner, and with FastifyAdapter on Fastify', async () => {
    project({ '@nestjs/core': '12', '@nestjs/platform-fastify': '12' }, { devDependencies: { vitest: '4' } })

    const { stdout } = await init()

    expect(stdout).toContain('npx vitest run test/appconfig.test.mjs')
    expect(read('test/appconfig.test.mjs')).toContain("import { test } from 'vitest'")
    expect(read('test/appconfig.test.mjs')).toContain('new FastifyAdapter()')
  })

  it('writes a document that its schema accepts', async () => {
    project({ express: '5' })
    await init()

    const io = memoryIo()
    const paths = [join(folder, 'appconfig/api/dev/default.json'), '--schema']
    const code = await runCli(['validate', ...paths, join(folder, 'appconfig/default.schema.json')], io)

    expect([code, io.stdout.text]).toEqual([0, expect.stringContaining('is valid')])
  })

  it('tells Visual Studio Code the schema with --vscode, by a path that the package has', async () => {
    project({ express: '5' })
    const { code, stdout } = await init(['--vscode'])
    const settings = JSON.parse(read('.vscode/settings.json'))
    const [{ fileMatch, url }] = settings['json.schemas']
    expect([code, fileMatch]).toEqual([0, ['/appconfig/*/*/*.json']])
    expect(Object.keys(settings['yaml.schemas'])).toEqual([url])
    expect(existsSync(join(PACKAGE, url.replace('./node_modules/appconfig-kit/', '')))).toBe(true)
    expect(stdout).toContain('npm install --save-dev appconfig-kit')

    project({ express: '5', 'appconfig-kit': '1' })
    expect((await init(['--vscode'])).stdout).not.toContain('save-dev')
  })

  it('names only environment variables that the documentation has', async () => {
    project({ express: '5' })
    await init()

    const page = readFileSync(new URL('../../../docs/getting-started.md', import.meta.url), 'utf8')
    const names = [...read('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(5)
    expect(names.filter((name) => name !== 'AWS_REGION' && !page.includes(`\`${name}\``))).toEqual([])
  })

  it('has every name in its help, and takes no other framework', async () => {
    project({})

    const { code, stderr } = await init(['--framework', 'hapi'])

    expect(code).toBe(2)
    for (const name of Object.keys(FRAMEWORKS)) expect(stderr).toContain(name)
  })

  it('answers objects with --json', async () => {
    project({ express: '5' }, { type: 'module' })

    const { stdout } = await init(['--json'])

    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(objects).toHaveLength(5)
    expect(objects[0]).toEqual({ file: 'appconfig/api/dev/default.json', result: 'written' })
    expect(objects[4]).toMatchObject({
      framework: 'Express',
      additions: [{ lines: ["import { appConfig, flagged } from '@appconfig-kit/express'"] }, {}, {}],
      commands: ['npm install @appconfig-kit/express', 'node --test test/appconfig.mjs', expect.any(String)],
    })
  })
})

describe('a folder of documents that is there', () => {
  it('gives the names of application and environment', async () => {
    project({ express: '5' })
    write('appconfig/shop/test/other.json', '{}')

    await init()

    expect(existsSync(join(folder, 'appconfig/shop/test/default.json'))).toBe(true)
    expect(read('test/appconfig.mjs')).toContain("application: 'shop', environment: 'test'")
    expect(existsSync(join(folder, 'appconfig/api'))).toBe(false)
  })

  it('gets no second document beside one in YAML', async () => {
    project({ express: '5' })
    write('appconfig/api/dev/default.yaml', 'a: 1\n')

    expect((await init()).code).toBe(0)
    expect(existsSync(join(folder, 'appconfig/api/dev/default.json'))).toBe(false)
  })

  it.each([
    ['two applications', ['appconfig/a/dev/x.json', 'appconfig/b/dev/x.json'], 'holds 2 folders (a, b)'],
    ['two environments', ['appconfig/a/dev/x.json', 'appconfig/a/qa/x.json'], 'holds 2 folders (dev, qa)'],
    ['a name that would be code', ["appconfig/a', b: '/dev/x.json"], 'has a name that init does not take'],
    ['a file in its place', ['appconfig'], "can't be read as a folder"],
  ])('with %s is refused, and nothing is written', async (_, paths, says) => {
    project({ express: '5' })
    for (const path of paths) write(path, '{}')
    const before = filesBelow()

    const { code, stderr } = await init(['--force'])

    expect([code, stderr]).toEqual([2, expect.stringContaining(says)])
    expect(filesBelow()).toEqual(before)
  })
})

describe('a file that is there', () => {
  beforeEach(() => {
    project({ express: '5' })
    write('.env.example', 'MINE=1\n')
  })

  it('is never overwritten where nobody can be asked, and nothing is written then', async () => {
    const { code, stdout, stderr } = await init()

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^appconfig-kit: \.env\.example is there already[^\n]*--force[^\n]*\n$/)
    expect(filesBelow()).toEqual(['.env.example', 'package.json'])
    expect(read('.env.example')).toBe('MINE=1\n')
  })

  it('is asked for at a terminal, but not with --json', async () => {
    const asked: string[] = []

    expect((await init(['--json'], { asked, answer: 'y' })).code).toBe(2)
    expect(asked).toEqual([])

    await init([], { asked, answer: 'y' })
    expect(asked).toEqual(['.env.example is there already, with other content. Overwrite it? [y/N] '])
    expect(read('.env.example')).not.toContain('MINE')
  })

  it.each(['', 'n', 'N', 'yikes', 'no', 'j'])(
    'is kept after the answer "%s"; the others are written',
    async (answer) => {
      const { code, stdout } = await init([], { asked: [], answer })

      expect([code, read('.env.example')]).toEqual([0, 'MINE=1\n'])
      expect(stdout).toMatch(/^kept +\.env\.example$/m)
      expect(existsSync(join(folder, 'appconfig/api/dev/default.json'))).toBe(true)
    },
  )

  it('is overwritten with --force', async () => {
    const { code, stdout } = await init(['--force'])

    expect([code, read('.env.example')]).toEqual([0, expect.stringContaining('APPCONFIG_SOURCE')])
    expect(stdout).toMatch(/^overwritten \.env\.example$/m)
  })

  it('leaves the project alone when the question is interrupted', async () => {
    const io = memoryIo(
      {},
      () => 0,
      () => Promise.reject(new DOMException('gone', 'AbortError')),
    )

    expect(await runCli(['init', '--project', folder], io)).toBe(130)
    expect(filesBelow()).toEqual(['.env.example', 'package.json'])
  })

  it('with the same content needs no question: a second run changes nothing', async () => {
    rmSync(join(folder, '.env.example'))
    await init()

    const { code, stdout } = await init()

    expect(code).toBe(0)
    expect(stdout.match(/^unchanged /gm)).toHaveLength(4)
  })

  it.each(['a link', 'a folder'])('that is %s is refused, also with --force', async (what) => {
    rmSync(join(folder, '.env.example'))
    write('elsewhere', 'MINE=1\n')
    if (what === 'a link') symlinkSync('elsewhere', join(folder, '.env.example'))
    else mkdirSync(join(folder, '.env.example'))

    const { code, stderr } = await init(['--force'])

    expect([code, stderr]).toEqual([2, expect.stringContaining('.env.example is not a plain file')])
    expect(read('elsewhere')).toBe('MINE=1\n')
    expect(existsSync(join(folder, 'appconfig'))).toBe(false)
  })
})

describe('a project', () => {
  it.each<[string, string | undefined, string]>([
    ['without a package.json', undefined, 'run this in the folder of your project'],
    ['with a broken package.json', '{"a":', 'has to be an object in JSON'],
    ['with a package.json that is a list', '[]', 'has to be an object in JSON'],
    [
      'without a framework',
      '{"dependencies":{"hapi":"1"}}',
      'no framework that init knows (express, fastify, hono, koa, nestjs)',
    ],
    ['with two', '{"dependencies":{"express":"5","koa":"3"}}', 'names express and koa. Give --framework'],
    ['with dependencies that are no object', '{"dependencies":["express"]}', 'no framework that init knows'],
  ])('%s is exit code 2, on one line', async (_, manifest, says) => {
    if (manifest !== undefined) write('package.json', manifest)

    const { code, stdout, stderr } = await init()

    expect(stderr).toContain(says)
    expect(stderr).toMatch(/^appconfig-kit: [^\n]+\n$/)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('of two frameworks is the one that --framework says', async () => {
    project({ express: '5', koa: '3' })

    expect((await init(['--framework', 'koa'])).stdout).toContain('Add to your Koa application')
  })
})
