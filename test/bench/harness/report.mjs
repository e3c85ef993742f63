/**
 * What a bench found, as text, JSON and a plot in `results/`.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { plot } from './plot.mjs'

/** The machine and the day, which stand beside every number. */
export function machine() {
  const [{ model }] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return {
    node: process.version,
    cpu: `${cpus().length} x ${model.trim()}`,
    memory: `${gigabytes} GB`,
    date: new Date().toISOString().slice(0, 10),
  }
}

/**
 * Writes what a bench found into the folder `into`, and prints it.
 *
 * @param result `rows`; `columns` as pairs of a title and a function of a row; `bars`, what to plot of a row:
 * see `plot.mjs`; nothing where there is none.
 */
export function report({ name, title, rows, columns, bars, short, into }) {
  mkdirSync(into, { recursive: true })
  const write = (extension, text) => writeFileSync(new URL(`${name}.${extension}`, into), text)
  const at = machine()
  write('json', `${JSON.stringify({ name, title, short, machine: at, rows }, undefined, 2)}\n`)
  const tables = groupsOf(rows).map((group) => table(group, columns))
  const markdown = `### ${title}\n\n${tables.join('\n')}`
  write('md', `${markdown}\n${machineText(at)}\n`)
  if (bars !== undefined) write('svg', plot({ title, rows, bars, foot: machineText(at) }))
  console.log(`\n${markdown}`)
}

function machineText({ node, cpu, memory, date }) {
  return `${cpu}, ${memory}, Node ${node}, ${date}`
}

export function groupsOf(rows) {
  const groups = new Map()
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row])
  return [...groups].map(([name, members]) => ({ name, members }))
}

/** A table of rows of one group, as Markdown. */
export function table({ name, members }, columns) {
  const lines = [
    columns.map(([title]) => title),
    ...members.map((row) => columns.map(([, of]) => String(of(row) ?? ''))),
  ]
  lines[0][0] = name ?? ''
  const widths = columns.map((_, at) => Math.max(3, ...lines.map((line) => line[at].length)))
  const rendered = lines.map((line) => `| ${line.map((cell, at) => pad(cell, widths[at], at)).join(' | ')} |`)
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return `${[rendered[0], rule, ...rendered.slice(1)].join('\n')}\n`
}

function pad(cell, width, column) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}
