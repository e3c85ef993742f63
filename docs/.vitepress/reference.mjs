/**
 * Writes docs/reference, the pages of the API, from the docstrings of all that the packages export, and
 * docs/options.md, the tables of options. With `--check` it says whether docs/options.md is up to date instead of
 * writing it. A warning is a failure: a link that leads nowhere, an export or an option without a docstring.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Application, Configuration, ReflectionKind } from 'typedoc'
import { optionsPage, undescribed } from './options-page.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OUT = `${ROOT}docs/reference`
const OPTIONS = `${ROOT}docs/options.md`
const REPOSITORY = 'https://github.com/appconfig-kit/appconfig-kit/blob/main'

const entries = readdirSync(`${ROOT}packages`).flatMap(entriesOf)
const app = await Application.bootstrapWithPlugins(
  {
    name: 'API reference',
    entryPoints: entries.map(({ file }) => file),
    tsconfig: `${ROOT}docs/tsconfig.json`,
    basePath: ROOT,
    out: OUT,
    disableGit: true,
    sort: ['source-order'],
    sortEntryPoints: false,
    sourceLinkTemplate: `${REPOSITORY}/packages/{path}#L{line}`,
    readme: 'none',
    logLevel: 'Warn',
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    // An adapter passes on all of core: its page says so, and core's has the descriptions.
    excludeReferences: true,
    validation: { notExported: true, invalidLink: true, rewrittenLink: true },
    plugin: ['typedoc-plugin-markdown'],
    router: 'module',
    entryFileName: 'index',
    mergeReadme: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useHTMLAnchors: true,
    parametersFormat: 'table',
  },
  [new Configuration.TSConfigReader()],
)
const project = await app.convert()
if (project === undefined) process.exit(1)
for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
  module.name = entries.find(({ file }) => module.sources?.[0]?.fullFileName === file)?.name ?? module.name
}
app.validate(project)
for (const what of [...undocumented(project), ...undescribed(project)])
  app.logger.warn(`No docstring: ${what}`)

rmSync(OUT, { recursive: true, force: true })
await app.generateOutputs(project)
const page = optionsPage(project)
if (!process.argv.includes('--check')) writeFileSync(OPTIONS, page)
else if (!existsSync(OPTIONS) || readFileSync(OPTIONS, 'utf8') !== page) {
  app.logger.error('docs/options.md is out of date. Run: node docs/.vitepress/reference.mjs')
}
if (app.logger.hasWarnings() || app.logger.hasErrors()) process.exitCode = 1

/** What users can import from a package, as its manifest says: the sources and the names. */
function entriesOf(folder) {
  const { name, exports } = JSON.parse(readFileSync(`${ROOT}packages/${folder}/package.json`, 'utf8'))
  return Object.keys(exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => ({
      name: path === '.' ? name : `${name}${path.slice(1)}`,
      file: `${ROOT}packages/${folder}/src/${path === '.' ? 'index' : path.slice(2)}.ts`,
    }))
}

/** Exports without a description, of their own or of one of their signatures. */
function undocumented({ children = [] }) {
  return children.flatMap((module) =>
    (module.children ?? [])
      .filter(({ comment, signatures = [] }) => ![{ comment }, ...signatures].some(hasText))
      .map(({ name }) => `${module.name} ${name}`),
  )
}

function hasText({ comment }) {
  return comment?.hasVisibleComponent() === true
}
