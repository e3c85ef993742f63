/**
 * Packs the packages as they would be published: `node scripts/pack.mjs FOLDER` makes FOLDER/core.tgz, FOLDER/express.tgz
 * and so on, each by the name of its folder. They have to be built before.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const [target] = process.argv.slice(2)
if (target === undefined) {
  console.error('It takes the folder to write the tarballs to: node scripts/pack.mjs FOLDER')
  process.exit(2)
}
const folder = resolve(target)
mkdirSync(folder, { recursive: true })
const packed = mkdtempSync(join(folder, '.packing-'))
const pnpm = fileURLToPath(new URL('pnpm.mjs', import.meta.url))
const args = ['--filter', './packages/*', 'pack', '--pack-destination', packed]
execFileSync(process.execPath, [pnpm, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
for (const name of readdirSync(packages)) {
  const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'))
  const file = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
  renameSync(join(packed, file), join(folder, `${name}.tgz`))
}
rmdirSync(packed)
console.log(`Packed into ${folder}: ${readdirSync(packages).join(', ')}.`)
