/** What keeps the tree as it is meant to be. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ERROR_CODES } from '@appconfig-kit/core'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../src/run.ts'

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)))
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const sources = tracked.filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file))
const packages = readdirSync(join(ROOT, 'packages'))

const MOST_LINES = 80
/** A line on which a function's body begins. */
const FUNCTION =
  /\bfunction\b.*\{$|=> \{$|^\s*\}?\)(?:: .*)? \{$|^\s*(?:static |async |get |set )*#?\w+\(.*\)(?:: .*)? \{$/
const CONTROL = /^\s*(?:\} )?(?:if|for|while|switch|catch|else)\b/

describe('the tree', () => {
  it('is what ARCHITECTURE.md draws, on at most 80 lines', () => {
    const page = read('ARCHITECTURE.md')
    expect(page.split('\n').length).toBeLessThanOrEqual(81)
    const [, tree = ''] = page.match(/```\n([\s\S]*?)```/) ?? []
    for (const folder of ['packages/core/src', 'packages/local/src']) {
      const [, below = ''] = tree.split(`${folder}\n`)
      const [rooms = ''] = below.split(/^\S/m)
      const drawn = [...rooms.matchAll(/^ {2}(\S+)/gm)].map(([, room]) => room)
      const there = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) =>
        entry.isDirectory(),
      )
      expect(drawn.sort()).toEqual(there.map(({ name }) => name).sort())
    }
    const top = [...tree.matchAll(/^(\S+)/gm)].map(([, folder]) => folder)
    expect(
      top
        .filter((folder) => folder?.startsWith('packages/'))
        .map((folder) => folder?.split('/')[1])
        .sort(),
    ).toEqual(packages.sort())
  })

  it('keeps files small', () => {
    const long = sources
      .map((file) => [file, read(file).split('\n').length] as const)
      .filter(([, lines]) => lines > 251)
    expect(long).toEqual([])
  })

  it('has no circle of files', () => {
    expect(circles(importsOf(sources))).toEqual([])
    expect(
      circles(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual([['b', 'c']])
  })

  it('keeps functions short', () => {
    const long = sources.flatMap((file) => longFunctions(read(file)).map((line) => `${file}:${line}`))
    expect(long).toEqual([])
  })

  it('finds a function that is too long', () => {
    const body = '  work()\n'.repeat(MOST_LINES)
    expect(longFunctions(`const a = 1\nexport function long(): void {\n${body}}\n`)).toEqual([2])
    expect(longFunctions(`const long = (\n  a: string,\n): void => {\n${body}}\n`)).toEqual([3])
    expect(longFunctions(`class A {\n  async #long(a: string) {\n  ${body}  }\n}\n`)).toEqual([2])
    expect(longFunctions(`function short() {\n  work()\n}\n`)).toEqual([])
  })

  it('says in every module what it promises', () => {
    expect(
      sources.filter((file) => !read(file).startsWith('/**') || !read(file).includes('@module')),
    ).toEqual([])
  })

  it('names no registry and no path of anybody’s machine', () => {
    const wrong = tracked
      .filter((file) => !file.endsWith('.png'))
      .filter(
        (file) =>
          /registry\.npmjs|npmjs\.org|resolution: \{[^}]*tarball|\/work\/|\/root\//.test(read(file)) &&
          !file.endsWith('repo-rules.test.ts'),
      )
    expect(wrong).toEqual([])
  })
})

describe('boundaries', () => {
  const imports = (file: string) =>
    [...read(file).matchAll(/(?:from|import\() ?'([^'.][^']*)'/g)].map(([, name]) => name as string)

  it('core imports no framework and no sibling', () => {
    const own = sources.filter((file) => file.startsWith('packages/core/'))
    const allowed = Object.keys(JSON.parse(read('packages/core/package.json')).dependencies)
    const foreign = own.flatMap((file) =>
      imports(file).filter(
        (name) => !name.startsWith('node:') && !allowed.some((dependency) => name === dependency),
      ),
    )
    expect(foreign).toEqual([])
  })

  it('core loads modules of Node where they are used, and imports none: other runtimes have them not', () => {
    const importing = sources.filter(
      (file) => file.startsWith('packages/core/') && /^import (?!type).*'node:/m.test(read(file)),
    )
    // A program of its own.
    expect(importing).toEqual(['packages/core/src/yaml-worker.ts'])
  })

  it('adapters do not import each other, and hold no cache, timer, retry or parsing', () => {
    for (const adapter of ['express', 'fastify', 'hono', 'koa', 'nestjs']) {
      for (const file of sources.filter((source) => source.startsWith(`packages/${adapter}/`))) {
        expect(imports(file).filter((name) => /^@appconfig-kit\/(?!core)/.test(name))).toEqual([])
        expect(read(file), file).not.toMatch(/setTimeout|setInterval|new Map\(|JSON\.parse|LRUCache/)
      }
    }
  })

  it('only what is for tests imports what is for tests', () => {
    const graph = importsOf(sources)
    const isForTests = (file: string) => /\/src\/testing(?:\.ts$|\/)/.test(file) && !file.includes('/local/')
    const others = sources.filter((file) => !isForTests(file))
    expect(sources.filter(isForTests).length).toBeGreaterThan(5)
    expect(
      others.filter(
        (file) =>
          imports(file).some((name) => name.endsWith('/testing')) || graph.get(file)?.some(isForTests),
      ),
    ).toEqual([])
  })

  it('only the direct source knows the AWS SDK', () => {
    const knowing = sources.filter(
      (file) => file.startsWith('packages/core/') && read(file).includes('@aws-sdk'),
    )
    expect(knowing.length).toBeGreaterThan(0)
    expect(knowing.filter((file) => !file.startsWith('packages/core/src/sources/direct/'))).toEqual([])
  })
})

describe('manifests', () => {
  it.each(packages)('of %s are complete and their own', (name) => {
    const manifest = JSON.parse(read(`packages/${name}/package.json`))
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      homepage: `https://github.com/appconfig-kit/appconfig-kit/tree/main/packages/${name}#readme`,
      bugs: 'https://github.com/appconfig-kit/appconfig-kit/issues',
      keywords: expect.arrayContaining(['aws', 'appconfig', 'feature-flags']),
      type: 'module',
      engines: { node: '>=20.19' },
      repository: { directory: `packages/${name}` },
      files: expect.arrayContaining(['dist']),
      scripts: { 'check:package': expect.stringContaining('check-package.mjs') },
    })
  })
})

describe('changesets', () => {
  it('name packages that exist, in the form the release tool reads', () => {
    const names = packages.map((name) => JSON.parse(read(`packages/${name}/package.json`)).name as string)
    const files = tracked.filter((file) => /^\.changeset\/.*\.md$/.test(file))
    for (const file of files) {
      const [, heads = ''] = read(file).match(/^---\n((?:'[^']+': (?:patch|minor|major)\n)+)---\n\n\S/) ?? []
      const named = [...heads.matchAll(/'([^']+)'/g)].map(([, name]) => name as string)
      expect(named.length, file).toBeGreaterThan(0)
      expect(names).toEqual(expect.arrayContaining(named))
    }
  })
})

describe('errors', () => {
  it('all have an entry in the documentation, and it has no others', () => {
    const documented = [...read('docs/errors.md').matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code)
    expect(documented.sort()).toEqual([...ERROR_CODES].sort())
  })
})

/** Lines from which on a function has more than {@link MOST_LINES}; the formatter has put each end under its beginning. */
function longFunctions(text: string): number[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    if (!FUNCTION.test(line) || CONTROL.test(line)) return []
    const indentation = /^ */.exec(line)?.[0] ?? ''
    const end = lines.findIndex((other, index) => index > at && other.startsWith(`${indentation}}`))
    return end - at > MOST_LINES ? [at + 1] : []
  })
}

/** What each file imports of its package, types too. */
function importsOf(files: readonly string[]): Map<string, string[]> {
  return new Map(
    files.map((file) => [
      file,
      [...read(file).matchAll(/^(?:import|export) [^'"]*'(\.[^']+)'/gm)].map(([, path = '']) =>
        join(dirname(file), path),
      ),
    ]),
  )
}

/** Files that reach each other, every group sorted. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map([...imports.keys()].map((file) => [file, reachedFrom(file, imports)]))
  const groups = [...imports.keys()]
    .filter((file) => reached.get(file)?.has(file))
    .map((file) => [...imports.keys()].filter((other) => isMutual(file, other)).sort())
  return [...new Map(groups.map((group) => [group.join(), group])).values()]

  function isMutual(file: string, other: string): boolean {
    return Boolean(reached.get(file)?.has(other) && reached.get(other)?.has(file))
  }
}

function reachedFrom(start: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>()
  const open = [...(imports.get(start) ?? [])]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    open.push(...(imports.get(file) ?? []))
  }
  return reached
}
