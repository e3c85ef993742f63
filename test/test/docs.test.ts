/** The documentation's code is code: it compiles, and the quick start runs. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeBlocks } from '../src/code-blocks.ts'
import { compile } from '../src/compile.ts'
import { ROOT } from '../src/run.ts'

const PAGES = [
  'README.md',
  ...pagesBelow('docs'),
  ...readdirSync(join(ROOT, 'packages')).flatMap((name) => pagesBelow(`packages/${name}`)),
]
/** Inside the workspace, so that packages resolve as they do for a user. */
const FOLDER = join(ROOT, 'test/node_modules/.docs')

function pagesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md')
    .map((file) => `${folder}/${file}`)
}

interface Block {
  readonly name: string
  readonly page: string
  readonly code: string
}

const blocks: Block[] = PAGES.flatMap((page) =>
  codeBlocks(readFileSync(join(ROOT, page), 'utf8'), 'ts').map((code, at) => ({
    name: `${page.replaceAll(/[^A-Za-z]/g, '-')}-${at + 1}`,
    page,
    code,
  })),
)

describe('the code in the documentation', () => {
  let errors: string
  beforeAll(async () => {
    rmSync(FOLDER, { recursive: true, force: true })
    // A folder each: a type declared globally in one block is not another's.
    for (const { name, code } of blocks) {
      mkdirSync(join(FOLDER, name), { recursive: true })
      writeFileSync(join(FOLDER, name, 'index.ts'), `${code}\nexport {}\n`)
      writeFileSync(
        join(FOLDER, name, 'tsconfig.json'),
        JSON.stringify({
          extends: relative(join(FOLDER, name), join(ROOT, 'tsconfig.base.json')),
          compilerOptions: { noUnusedLocals: false, module: 'preserve', experimentalDecorators: true },
        }),
      )
    }
    errors = await compile(blocks.map(({ name }) => join(FOLDER, name)))
  }, 300_000)

  it('is there', () => {
    expect(blocks.length).toBeGreaterThan(8)
  })

  it.each(blocks.map(({ name, page }) => [name, page]))('%s compiles', (name) => {
    expect(errors.split('\n').filter((line) => line.includes(`/${name}/`))).toEqual([])
  })

  it('links to what is there', () => {
    const broken = PAGES.flatMap((page) =>
      [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
        .flatMap(([, target = '']) => {
          if (target.startsWith(REPOSITORY)) return [join(ROOT, target.slice(REPOSITORY.length))]
          return /^https?:/.test(target) ? [] : [join(ROOT, dirname(page), target)]
        })
        .filter((target) => !exists(target))
        .map((target) => `${page}: ${relative(ROOT, target)}`),
    )
    expect(broken).toEqual([])
  })

  it('links out of a package by its address: its README stands on npm, too', () => {
    const relativeOnes = PAGES.filter((page) => /^packages\/[^/]+\/README\.md$/.test(page)).flatMap((page) =>
      [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((\.\.\/[^)]*)\)/g)].map(
        ([, target]) => `${page}: ${target}`,
      ),
    )
    expect(relativeOnes).toEqual([])
  })
})

/** Where the repository is read. */
const REPOSITORY = 'https://github.com/appconfig-kit/appconfig-kit/blob/main/'

function exists(path: string): boolean {
  try {
    readdirSync(path)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR'
  }
}
