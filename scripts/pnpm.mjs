/**
 * Runs the pnpm this repository is pinned to (`packageManager` in package.json) through npx:
 * a newcomer needs Node and npm, nothing installed globally.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const { status } = spawnSync('npx', ['--yes', packageManager, ...process.argv.slice(2)], {
  cwd: new URL('..', import.meta.url),
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
})
process.exit(status ?? 1)
