/**
 * Runs benches: `node bench.mjs [--short] [--into FOLDER] [NAME…]`, all of them without a name, after a build.
 *
 * Each writes `results/NAME.json`, `.md` and `.svg`. `--short` shows that they work; its numbers mean nothing.
 * `--into results/report` replaces the report that is committed.
 *
 * @module
 */
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { report } from './harness/report.mjs'

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, into: { type: 'string', default: 'results' } },
})
const { short } = values
const into = pathToFileURL(`${resolve(import.meta.dirname, values.into)}/`)
const folder = new URL('./benches/', import.meta.url)
const known = readdirSync(folder).map((file) => file.replace(/\.mjs$/, ''))

const unknown = names.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  process.exit(1)
}
for (const name of names.length > 0 ? names : known) {
  const beganAt = performance.now()
  const { run } = await import(new URL(`${name}.mjs`, folder).href)
  report({ name, short, into, ...(await run({ short })) })
  console.log(`${name}: ${((performance.now() - beganAt) / 1000).toFixed(0)} s`)
}
