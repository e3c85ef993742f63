/**
 * Runs benches: `node bench.mjs [--short] [--report] [NAME…]`, all of them without a name, after a build.
 *
 * Each writes `results/NAME.json`, `.md` and `.svg`. `--short` shows that they work; its numbers mean nothing.
 * `--report` writes to `results/report` instead, which is committed.
 *
 * @module
 */
import { readdirSync } from 'node:fs'
import { report } from './harness/report.mjs'

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const short = process.argv.includes('--short')
const into = new URL(process.argv.includes('--report') ? './results/report/' : './results/', import.meta.url)
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
