/**
 * A project of a user's, with the packages as they would be published.
 *
 * @module
 */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, run } from './run.ts'

export interface ConsumerOptions {
  /** The folders of the packages it has. */
  readonly packages: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  /** The folder below `test` with its files. */
  readonly files?: string
  /** What its package.json says besides. */
  readonly manifest?: object
}

/** Makes one in a folder of its own, which is the caller's to remove. */
export async function createConsumer(options: ConsumerOptions): Promise<string> {
  const { packages, dependencies, devDependencies, files } = options
  const project = mkdtempSync(join(tmpdir(), 'consumer-'))
  const tarballs: Record<string, string> = {}
  const filters = packages.flatMap((name) => ['--filter', `./packages/${name}`])
  await pnpm([...filters, 'pack', '--pack-destination', project], ROOT)
  for (const name of packages) {
    const { name: own, version } = JSON.parse(
      readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'),
    )
    tarballs[own] = `file:${own.replace('@', '').replace('/', '-')}-${version}.tgz`
  }
  const manifest = {
    ...options.manifest,
    private: true,
    dependencies: { ...tarballs, ...dependencies },
    devDependencies,
    pnpm: { overrides: tarballs },
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  await pnpm(['install', '--prefer-offline', '--ignore-workspace'], project)
  if (files !== undefined) cpSync(join(ROOT, 'test', files), project, { recursive: true })
  return project
}

/** The versions of what a package of ours is developed with. */
export function developedWith(manifest: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(ROOT, manifest), 'utf8')).devDependencies
}

async function pnpm(args: string[], cwd: string): Promise<void> {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const { code, stdout, stderr } = await run('npx', ['--yes', packageManager, ...args], cwd)
  if (code !== 0) throw new Error(`pnpm ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`)
}
