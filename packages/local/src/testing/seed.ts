/**
 * Fills an AppConfig from a plain folder: `application/environment/profile.{json,yaml,yml}`.
 *
 * Names are the folder's, to the letter. Hidden entries and other extensions are passed over. A
 * link may point elsewhere within the folder, not out of it.
 *
 * @module
 */
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { servedTo } from '../data-plane/served.ts'
import { type DeployInput, deploy } from '../deployments/deploy.ts'
import { LocalAppConfigError } from '../errors.ts'
import { findApplication } from '../resources/applications.ts'
import { findEnvironment } from '../resources/environments.ts'
import { findProfile } from '../resources/profiles.ts'
import type { State } from '../store/state.ts'

const TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.yaml': 'application/x-yaml',
  '.yml': 'application/x-yaml',
}

/** Deploys every file whose profile serves nothing yet, at once. State that was kept stays. */
export async function seedFrom(state: State, folder: string): Promise<void> {
  for (const input of readSeed(folder)) {
    if (!isServed(state, input)) await deploy(state, input)
  }
}

/**
 * The documents of a folder, ready to be deployed.
 *
 * @throws {LocalAppConfigError} `SEED_INVALID`.
 */
export function readSeed(folder: string): DeployInput[] {
  const root = realPath(folder)
  const inputs: DeployInput[] = []
  for (const application of entriesOf(root, root, 'folder')) {
    for (const environment of entriesOf(root, join(root, application), 'folder')) {
      const path = join(root, application, environment)
      for (const file of entriesOf(root, path, 'file')) {
        const contentType = TYPE_OF_EXTENSION[extname(file)]
        if (contentType === undefined) continue
        const profile = file.slice(0, -extname(file).length)
        const content = readFileSync(join(path, file))
        inputs.push({ application, environment, profile, content, contentType })
      }
    }
  }
  refuseTwins(folder, inputs)
  return inputs
}

function entriesOf(root: string, folder: string, kind: 'folder' | 'file'): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && isOfKind(root, folder, entry, kind))
    .map(({ name }) => name)
    .sort()
}

function isOfKind(root: string, folder: string, entry: Dirent, kind: 'folder' | 'file'): boolean {
  const path = join(folder, entry.name)
  const target = realPath(path)
  if (target !== root && !target.startsWith(root + sep)) {
    throw new LocalAppConfigError(
      'SEED_INVALID',
      `The link ${path} points out of the seed folder; replace it.`,
    )
  }
  const stats = statSync(target)
  return kind === 'file' ? stats.isFile() : stats.isDirectory()
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    throw new LocalAppConfigError('SEED_INVALID', `The seed ${path} cannot be read; does it exist?`, {
      cause,
    })
  }
}

function refuseTwins(folder: string, inputs: readonly DeployInput[]): void {
  const seen = new Set<string>()
  for (const { application, environment, profile } of inputs) {
    const name = `${application}/${environment}/${profile}`
    if (seen.has(name)) {
      throw new LocalAppConfigError(
        'SEED_INVALID',
        `${join(folder, name)} exists with two extensions; keep one.`,
      )
    }
    seen.add(name)
  }
}

function isServed(state: State, { application, environment, profile }: DeployInput): boolean {
  const inApplication = findApplication(state, application)
  if (!inApplication) return false
  const found = findEnvironment(state, inApplication.Id, environment)
  const configured = findProfile(state, inApplication.Id, profile)
  return Boolean(found && configured && servedTo(state, found, configured.Id, ''))
}
