/**
 * Writes what users of the packages install, as CycloneDX: `node scripts/sbom.mjs FILE`.
 *
 * The packages are packed as they are published, and npm decides what an empty project would get with them,
 * less what a user brings along (Express, Fastify, Koa, Nest). Ends with 1 if anything of it wants to run code while it is
 * installed.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('Where to? node scripts/sbom.mjs FILE')
  process.exit(2)
}
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const unbuilt = packages().filter((name) => !existsSync(join(ROOT, 'packages', name, 'dist')))
if (unbuilt.length > 0) {
  console.error(`Build first: node scripts/pnpm.mjs build. There is no dist in ${unbuilt.join(', ')}.`)
  process.exit(1)
}

const temporary = mkdtempSync(join(tmpdir(), 'sbom-'))
// npm takes the folder's name for the project's.
const project = join(temporary, 'appconfig-kit')
mkdirSync(project)
try {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  for (const name of packages())
    run('npx', ['--yes', packageManager, 'pack', '--pack-destination', project], join(ROOT, 'packages', name))
  const dependencies = Object.fromEntries(
    readdirSync(project).map((tarball) => [nameOf(tarball), `file:${tarball}`]),
  )
  const manifest = { name: 'appconfig-kit', version: versionOf('core'), private: true, dependencies }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ ...manifest, overrides: dependencies }))
  // npm's own `--omit=peer` also omits what is a peer of one package and a dependency of another.
  const how = ['--package-lock-only', '--legacy-peer-deps']
  run('npm', ['install', ...how, '--ignore-scripts', '--no-audit', '--no-fund'], project)
  const eager = withInstallScripts()
  if (eager.length > 0) {
    console.error(`These want to run code while they are installed: ${eager.join(', ')}.`)
    process.exitCode = 1
  } else {
    const sbom = run('npm', ['sbom', ...how, '--sbom-format=cyclonedx', '--sbom-type=library'], project)
    writeFileSync(resolve(file), sbom)
    console.log(`${JSON.parse(sbom).components.length} components in ${file}`)
  }
} finally {
  rmSync(temporary, { recursive: true })
}

function packages() {
  return readdirSync(join(ROOT, 'packages'))
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')).version
}

/** `appconfig-kit-core-1.0.0.tgz` is `@appconfig-kit/core`, `appconfig-kit-1.0.0.tgz` the command. */
function nameOf(tarball) {
  const [, name] = /^(.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(tarball) ?? []
  return name === 'appconfig-kit' ? name : name.replace('appconfig-kit-', '@appconfig-kit/')
}

function withInstallScripts() {
  const { packages: installed } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'))
  return Object.entries(installed).flatMap(([place, { hasInstallScript }]) =>
    hasInstallScript ? [place] : [],
  )
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
