/** The site: made without a warning, complete, and with no link that leads nowhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROOT, run } from '../src/run.ts'

const DOCS = join(ROOT, 'docs')
const OUT = join(ROOT, 'test/node_modules/.site')
const REPOSITORY = 'https://github.com/appconfig-kit/appconfig-kit'

describe('the site', () => {
  let pages: Map<string, string>
  const anchors = new Map<string, Set<string>>()
  beforeAll(async () => {
    // Fails where an export or an option has no docstring, a link in one leads nowhere, or docs/options.md is old.
    expect(await run(process.execPath, ['.vitepress/reference.mjs', '--check'], DOCS)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    const built = await run('npx', ['vitepress', 'build', '--outDir', OUT], DOCS)
    expect(built.code, built.stdout + built.stderr).toBe(0)
    expect(built.stdout + built.stderr).not.toMatch(/warn|\(!\)|dead link/i)
    pages = new Map(
      readdirSync(OUT, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.html'))
        .map((file) => [file, readFileSync(join(OUT, file), 'utf8')]),
    )
  }, 300_000)

  it('has every page of docs, and the sidebar leads to it', () => {
    const names = readdirSync(DOCS)
      .filter((file) => file.endsWith('.md') && file !== 'README.md')
      .map((file) => file.replace('.md', '.html'))
    const linked = linksOf(pages.get('index.html') ?? '')

    expect(names.length).toBeGreaterThan(25)
    expect(names.filter((name) => !pages.has(name))).toEqual([])
    expect(names.filter((name) => !linked.includes(`/${name}`))).toEqual([])
  })

  it('has a page for all that can be imported, with its exports', () => {
    const entries = readdirSync(join(ROOT, 'packages')).flatMap((folder) => {
      const { name, exports } = JSON.parse(
        readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'),
      )
      return Object.keys(exports)
        .filter((path) => !path.endsWith('.json'))
        .map((path) => posix.join(name, path))
    })
    const referred = entries.filter((entry) =>
      [`${entry}.html`, `${entry}/index.html`].some((page) => pages.has(`reference/${page}`)),
    )

    expect(referred).toEqual(entries)
    expect(entries).toContain('@appconfig-kit/core/testing')
    expect(pages.get('reference/@appconfig-kit/core.html')).toContain('id="createappconfig"')
  })

  it('leads nowhere that is not there, in pages and in the repository', () => {
    const dead = [...pages].flatMap(([page, html]) =>
      [...new Set(linksOf(html))].filter((link) => isDead(page, link)).map((link) => `${page}: ${link}`),
    )

    expect(dead).toEqual([])
    expect(isDead('index.html', '/errors.html#no-such-error')).toBe(true)
    expect(isDead('index.html', `${REPOSITORY}/blob/main/packages/core/no-such-file.ts`)).toBe(true)
  })

  it('loads nothing from elsewhere', () => {
    const loaded = [...pages.values()].flatMap((html) =>
      [...html.matchAll(/<(?:script|img|link)[^>]*(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url),
    )

    expect(loaded.length).toBeGreaterThan(100)
    expect(loaded.filter((url) => !url.startsWith('/') && !url.startsWith('data:'))).toEqual([])
  })

  function anchorsOf(page: string): ReadonlySet<string> | undefined {
    const html = pages.get(page)
    if (html !== undefined && !anchors.has(page)) {
      anchors.set(page, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id)))
    }
    return anchors.get(page)
  }

  function isDead(from: string, link: string): boolean {
    if (link.startsWith(REPOSITORY)) {
      const [, path] = /\/(?:blob|tree)\/main\/([^#]*)/.exec(link) ?? []
      return path !== undefined && !existsSync(join(ROOT, path))
    }
    if (/^[a-z]+:/.test(link)) return false
    const [path = '', anchor] = decodeURIComponent(link).split('#')
    const target = path === '' ? from : posix.join(path.startsWith('/') ? '.' : posix.dirname(from), path)
    const there = anchorsOf(target) ?? anchorsOf(posix.join(target, 'index.html'))
    if (there === undefined) return !existsSync(join(OUT, target))
    return anchor !== undefined && anchor !== '' && !there.has(anchor)
  }
})

function linksOf(html: string): string[] {
  return [...html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))
}
