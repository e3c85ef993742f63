/**
 * Packs the package in the current folder as it would be published and judges the tarball:
 * publint (is the manifest right?) and attw (do the types resolve everywhere?).
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'packed-'))
const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
try {
  execFileSync('pnpm', ['pack', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  const tarball = join(folder, readdirSync(folder)[0])
  run('pnpm', 'exec', 'publint', tarball, '--strict')
  run('pnpm', 'exec', 'attw', tarball)
} finally {
  rmSync(folder, { recursive: true })
}
