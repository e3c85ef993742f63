/**
 * Writes docs/fault-matrix.md from test/src/faults/expected.json; with `--check` it only says whether the page
 * is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const ROOT = new URL('..', import.meta.url)
const PAGE = new URL('docs/fault-matrix.md', ROOT)
const START = '<!-- Made by scripts/fault-matrix.mjs from here on. -->'

const ABOUT = {
  StartConfigurationSession:
    'The direct source opens a session: at the start, and when one was lost or is a day old. Warm: the session was lost, and the fault hits its successor.',
  GetLatestConfiguration: 'The direct source polls.',
  'Agent.GetConfiguration': 'The agent source polls, every 15 seconds.',
  'Agent.GetFlags':
    "The agent source with `evaluate: 'agent'` asks for the flags of one request. “Default variants” is what a poll brings.",
  ListHostedConfigurationVersions:
    "The direct source with `variants: 'by-version-label'` looks for the version of a label. “Default variants” is what the data plane serves.",
  GetHostedConfigurationVersion: 'The same, when it reads the rules of that version.',
}

const expected = JSON.parse(readFileSync(new URL('test/src/faults/expected.json', ROOT), 'utf8'))
const before = readFileSync(PAGE, 'utf8')
const after = `${before.slice(0, before.indexOf(START))}${START}\n${Object.entries(expected).map(section).join('')}`

if (process.argv.includes('--check')) {
  if (before !== after) {
    console.error('docs/fault-matrix.md is out of date. Run: node scripts/fault-matrix.mjs')
    process.exitCode = 1
  }
} else writeFileSync(PAGE, after)

function section([operation, rows]) {
  const entries = Object.entries(rows)
  const played = entries.filter(([, row]) => typeof row !== 'string')
  const columns = Object.keys(played[0][1])
  const lines = groups(played).map(([row, faults]) =>
    [faults.join('; '), ...columns.map((column) => cell(row[column]))].join(' | '),
  )
  const others = groups(entries.filter(([, row]) => typeof row === 'string'))
  return `
## ${operation}

${ABOUT[operation]} ${played.length * columns.length} cells.

| fault | ${columns.map(title).join(' | ')} |
| --- |${' --- |'.repeat(columns.length)}
${lines.map((line) => `| ${line} |\n`).join('')}
Not applicable: ${others.map(([why, faults]) => `${faults.join('; ')} (${why})`).join('. ')}.
`
}

/** Faults with the same outcome, in the order of the first of each. */
function groups(entries) {
  const byRow = new Map()
  for (const [fault, row] of entries) {
    const key = JSON.stringify(row)
    byRow.set(key, [...(byRow.get(key) ?? []), fault])
  }
  return [...byRow].map(([key, faults]) => [JSON.parse(key), faults])
}

function cell(outcome) {
  const [request, health, told, next, recovery] = outcome.split(' | ')
  return [`**${request}**`, health, told.replaceAll(/[A-Z]+_[A-Z_]+/g, '`$&`'), next, recovery].join('<br>')
}

function title(column) {
  const [state, layer] = column.split(' ')
  return `${state}, ${layer === 'base' ? 'required base' : 'optional layer of the tenant'}`
}
