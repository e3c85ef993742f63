/**
 * Builds and runs an example: `npm start`, or `node scripts/example.mjs NAME [arguments]`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const [name, ...args] = process.argv.slice(2)
const folder = new URL(`../examples/${name}/`, import.meta.url)
if (!name || !existsSync(folder)) {
  console.error(`There is no example ${name ?? ''}. Look into the folder examples for their names.`)
  process.exit(2)
}
const root = new URL('..', import.meta.url)
const build = spawnSync(
  'pnpm',
  ['exec', 'turbo', 'run', 'build', `--filter=example-${name}...`, '--output-logs=errors-only'],
  {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  },
)
if (build.status !== 0) process.exit(build.status ?? 1)
const run = spawnSync(process.execPath, [new URL('dist/main.mjs', folder).pathname, ...args], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(run.status ?? 1)
