/**
 * Builds and runs an example: `npm start`, or `node scripts/example.mjs NAME [arguments]`.
 *
 * Nothing stands between the terminal and the example but this: Ctrl-C ends it without a word of
 * package managers about it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const [name, ...args] = process.argv.slice(2)
const root = fileURLToPath(new URL('..', import.meta.url))
const pathOf = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const names = readdirSync(pathOf('examples'))
if (!names.includes(name)) {
  const problem = name === undefined ? 'Which example?' : `There is no example ${name}.`
  console.error(`${problem} There are ${names.join(', ')}: node scripts/example.mjs ${names[0]}`)
  process.exit(2)
}
const build = ['exec', 'turbo', 'run', 'build', `--filter=example-${name}...`, '--output-logs=errors-only']
const { status } = spawnSync(process.execPath, [pathOf('scripts/pnpm.mjs'), ...build], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)

const example = spawn(process.execPath, [pathOf(`examples/${name}/dist/main.mjs`), ...args], {
  cwd: root,
  stdio: 'inherit',
})
// Ctrl-C reaches the example as well: this process only waits until it has ended.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => example.kill('SIGTERM'))
const [code, signal] = await once(example, 'exit')
process.exitCode = signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : (code ?? 1)
