/**
 * Validates the documents of a commit, compares them with those of another, and writes a report in Markdown.
 *
 * Documents are whatever a pull request says. So both sides are read out of git, where a link is no way to another
 * file; nothing passes a shell; what is quoted stands in one fence that it can't close; and what is printed can't be
 * a command to the runner.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const { DIRECTORY, BASE, TENANTS, TITLE, COMMAND, REPORT, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } = process.env
/** As git names it. */
const ROOT = DIRECTORY.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.'
/** GitHub takes comments of 65,536 characters. */
const MOST_CHARACTERS = 60_000
const MOST_BYTES = 64 * 1024 * 1024

const folder = mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), 'appconfig-kit-'))
try {
  report()
} catch (error) {
  console.log(`::error::${escaped(error.message)}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

function report() {
  const [before, after] = [documentsOf(BASE, 'before'), documentsOf('HEAD', 'after')]
  if (after.size === 0 && before.size === 0)
    throw new Error(`There are no documents below ${ROOT}: application/environment/profile.json or .yaml.`)
  const tenants =
    TENANTS === '' ? [] : ['--tenants', written(blobs('HEAD', TENANTS).get(TENANTS), 'tenants', TENANTS)]
  const problems = problemsOf([...after.values()])
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((path) => before.get(path)?.id !== after.get(path)?.id)
    .map((path) => changeOf(path, before.get(path), after.get(path), tenants))
    .filter(({ lines }) => lines.length > 0)
  for (const { file, line = 1, column = 1, text } of problems)
    console.log(`::error file=${property(file)},line=${line},col=${column}::${escaped(text)}`)
  const text = markdown(problems, changes)
  writeFileSync(REPORT, text)
  appendFileSync(GITHUB_STEP_SUMMARY, text)
  appendFileSync(GITHUB_OUTPUT, `changed=${changes.length}\nproblems=${problems.length}\n`)
  console.log(`${changes.length} documents differ, ${problems.length} problems.`)
}

/** The documents of a commit by path, each written to a file of its own. */
function documentsOf(commit, side) {
  const found = [...blobs(commit, ROOT)].filter(([path]) =>
    /^(?:[^/]+\/){2}[^/]+\.(?:json|ya?ml)$/.test(below(path)),
  )
  return new Map(
    found.map(([path, blob]) => [path, { ...blob, path, file: written(blob, side, path), side }]),
  )
}

function below(path) {
  return ROOT === '.' ? path : path.slice(ROOT.length + 1)
}

/** What a commit has at a path, as mode and id by path. */
function blobs(commit, path) {
  const id = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`)
    .toString()
    .trim()
  const listed = git('ls-tree', '-r', '-z', id, '--', path).toString().split('\0').filter(Boolean)
  return new Map(
    listed.map((line) => {
      const [, mode, id, name] = line.match(/^(\d+) \w+ (\w+)\t(.*)$/s)
      return [name, { mode, id }]
    }),
  )
}

/** @returns the file with the content; undefined for a link or a submodule. */
function written(blob, side, path) {
  if (blob === undefined) throw new Error(`There is no ${path} in this commit.`)
  if (!blob.mode.startsWith('100')) return undefined
  const file = join(folder, side, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, git('cat-file', 'blob', blob.id))
  return file
}

function problemsOf(documents) {
  const links = documents.filter(({ file }) => file === undefined)
  const paths = documents.filter(({ file }) => file !== undefined).map(({ path }) => path)
  // No command line takes any number of paths.
  const parts = Array.from({ length: Math.ceil(paths.length / 100) }, (_, at) =>
    paths.slice(at * 100, at * 100 + 100),
  )
  return [
    ...links.map(({ path }) => ({ file: path, text: 'is a link: a document is a plain file' })),
    ...parts.flatMap(invalid),
  ]
}

function invalid(paths) {
  const { status, stdout, stderr } = appconfigKit('validate', '--json', '--', ...paths)
  if (status === 0) return []
  if (status !== 1 || stdout === '') throw new Error(`appconfig-kit validate failed: ${stderr.trim()}`)
  return objects(stdout).map(({ file, line, column, place, problem }) => {
    const text = [place, problem].filter(Boolean).join(': ')
    return { file, line, column, text }
  })
}

function changeOf(path, before, after, tenants) {
  const kind = before === undefined ? ' (new)' : after === undefined ? ' (removed)' : ''
  const sides = [before, after].map((side) => (side === undefined ? nothing() : side.file))
  if (sides.includes(undefined)) return { path, kind, lines: ['a link, which is not compared'] }
  const { status, stdout, stderr } = appconfigKit('diff', ...tenants, '--', ...sides)
  if (status === 0) return { path, kind, lines: kind === '' ? [] : ['empty'] }
  return {
    path,
    kind,
    lines: (status === 1 && stdout !== '' ? stdout : `can't be compared: ${stderr}`).trim().split('\n'),
  }
}

function nothing() {
  const file = join(folder, 'nothing.json')
  writeFileSync(file, '{}')
  return file
}

function markdown(problems, changes) {
  const lines = [
    ...problems.map(({ file, line, column, text }) =>
      [file, line, column].filter(Boolean).join(':').concat(`: ${text}`),
    ),
    ...changes.flatMap(({ path, kind, lines }) => [
      '',
      `${path}${kind}`,
      ...lines.map((line) => `  ${line}`),
    ]),
  ]
  const whole = lines.join('\n').trim().replaceAll(`${folder}/after/`, '').replaceAll(`${folder}/before/`, '')
  const text =
    whole.length > MOST_CHARACTERS
      ? `${whole.slice(0, MOST_CHARACTERS)}\n… the summary of the job is cut, too`
      : whole
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)))
  const counts = `${counted(changes.length, 'document')} changed, ${counted(problems.length, 'problem')}.`
  return `### ${TITLE}\n\n${counts}\n${text === '' ? '' : `\n${fence}text\n${text}\n${fence}\n`}`
}

function counted(count, what) {
  return count === 1 ? `1 ${what}` : `${count === 0 ? 'no' : count} ${what}s`
}

function git(...args) {
  return execFileSync('git', args, { maxBuffer: MOST_BYTES })
}

/** Runs it where the documents of this commit are, so that it names them by their paths. */
function appconfigKit(...args) {
  const cwd = join(folder, 'after')
  mkdirSync(cwd, { recursive: true })
  const { error, ...result } = spawnSync(resolve(COMMAND), args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
  })
  if (error)
    throw new Error(`${COMMAND} can't be run: ${error.message}. Install appconfig-kit before this step.`)
  return result
}

function objects(text) {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** As data of a workflow command. */
function escaped(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text) {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
