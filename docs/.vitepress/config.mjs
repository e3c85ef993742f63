/**
 * The site made of this folder: `node scripts/pnpm.mjs site` serves it, with the reference that reference.mjs writes.
 * A link that leads nowhere fails the build.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const REPOSITORY = 'https://github.com/appconfig-kit/appconfig-kit'

/** Each page once; those that are not named here come last. */
const SECTIONS = {
  Start: ['README', 'getting-started', 'how-it-works', 'glossary', 'faq'],
  Frameworks: [
    'fastify',
    'hono',
    'koa',
    'nestjs',
    'lambda',
    'async-context',
    'typed-config',
    'openfeature',
    'ofrep',
  ],
  Configuration: ['tenants-and-layers', 'flags', 'sources', 'backup', 'options', 'errors'],
  Production: [
    'production-checklist',
    'sidecar',
    'iam',
    'deploying-from-ci',
    'rollout',
    'telemetry',
    'failure-behaviour',
    'fault-matrix',
    'security',
    'costs',
    'performance',
  ],
  'Coming from': [
    'migrating-from-powertools',
    'migrating-from-launchdarkly',
    'migrating-from-openfeature',
    'migrating-from-nestjs-config',
  ],
  Tools: ['cli', 'testing', 'dependencies'],
}

export default defineConfig({
  title: 'appconfig-kit',
  description:
    'Per-tenant configuration and feature flags from AWS AppConfig, on every request of a Node API',
  lang: 'en',
  rewrites: { 'README.md': 'index.md' },
  markdown: { anchor: { slugify }, config: (md) => md.core.ruler.push('repository', linkToRepository) },
  // Not minified: the build takes a quarter less, and the pages grow by a tenth.
  vite: { server: { fs: { allow: [ROOT] } }, build: { chunkSizeWarningLimit: 5000, minify: false } },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/getting-started' },
      { text: 'Options', link: '/options' },
      { text: 'API reference', link: '/reference/' },
      { text: 'Repository', link: REPOSITORY },
    ],
    sidebar: [
      ...Object.entries({ ...SECTIONS, More: pagesBeside(SECTIONS) })
        .filter(([, pages]) => pages.length > 0)
        .map(([text, pages]) => ({
          text,
          collapsed: false,
          items: pages.map((page) => ({ text: titleOf(page), link: page === 'README' ? '/' : `/${page}` })),
        })),
      { text: 'API reference', collapsed: true, items: reference() },
    ],
    outline: [2, 3],
    search: { provider: 'local' },
  },
})

/** Anchors as GitHub makes them: a link works in both places. */
function slugify(text) {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

/** What is not in this folder is read in the repository. Images are, too, but the site has them. */
function linkToRepository({ tokens, env }) {
  for (const { children } of tokens) {
    for (const token of children ?? []) {
      const href = token.type === 'link_open' ? (token.attrGet('href') ?? '') : ''
      const path = posix.join('docs', posix.dirname(env.relativePath), href)
      if (!href.startsWith('.') || path.startsWith('docs/')) continue
      const [file] = path.split('#')
      if (!existsSync(`${ROOT}${file}`))
        throw new Error(`${env.relativePath} links to ${href}, which is not there`)
      token.attrSet('href', `${REPOSITORY}/blob/main/${path}`)
    }
  }
}

function pagesBeside(sections) {
  const named = Object.values(sections).flat()
  return readdirSync(`${ROOT}docs`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.replace('.md', ''))
    .filter((page) => !named.includes(page))
}

/** A page's name in the sidebar: its first heading. */
function titleOf(page) {
  const [, title = page] = /^# (.+)$/m.exec(readFileSync(`${ROOT}docs/${page}.md`, 'utf8')) ?? []
  return title.replaceAll('`', '')
}

function reference() {
  const folder = `${ROOT}docs/reference`
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.md') && file !== 'index.md')
    .map((file) => file.replace(/(?:index)?\.md$/, ''))
    .sort()
    .map((file) => ({ text: file.replace('/namespaces', '').replace(/\/$/, ''), link: `/reference/${file}` }))
}
