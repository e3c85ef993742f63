/**
 * The project that `init` writes into, as its package.json describes it.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPlainObject, type JsonObject, objectAt } from '../documents/json.ts'
import { CliError } from '../failure.ts'

/** A project of a user's. */
export interface Project {
  /** Its folder, with the package.json. */
  readonly folder: string
  /** Whether its package.json names a package, for run time or development. */
  has(name: string): boolean
  /** Whether its files import, and do not require: ES modules or TypeScript. */
  readonly isImporting: boolean
  /** The runner of its tests; where it has none we know, Node's own. */
  readonly runner: 'vitest' | 'node'
  /** The one application and environment in its folder of documents, or those that a new one gets. */
  readonly application: string
  readonly environment: string
}

/** The folder of documents, as the client looks for it. */
export const DOCUMENTS = 'appconfig'

/**
 * Reads a project.
 *
 * @throws {CliError} `usage` without a package.json that can be read, or where the folder of documents has
 * more than one application or environment.
 */
export function readProject(folder: string): Project {
  const manifest = readManifest(join(folder, 'package.json'))
  const names = new Set(
    ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((key) =>
      Object.keys(objectAt(manifest, key)),
    ),
  )
  const application = onlyFolder(folder, [DOCUMENTS]) ?? 'api'
  const environment = onlyFolder(folder, [DOCUMENTS, application]) ?? 'dev'
  return {
    folder,
    has: (name) => names.has(name),
    isImporting: manifest['type'] === 'module' || existsSync(join(folder, 'tsconfig.json')),
    runner: names.has('vitest') ? 'vitest' : 'node',
    application,
    environment,
  }
}

function readManifest(path: string): JsonObject {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CliError(
      'usage',
      `There is no ${path}: run this in the folder of your project, or npm init first.`,
      {
        cause,
      },
    )
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isPlainObject(value)) return value
  } catch {
    // Said below, without the text of the file.
  }
  throw new CliError('usage', `${path} can't be read: it has to be an object in JSON.`)
}

/** The only folder at a place; undefined if there is none. Without options, a client needs just one, too. */
function onlyFolder(project: string, path: readonly string[]): string | undefined {
  const folders = foldersIn(join(project, ...path))
  const [folder] = folders
  if (folders.length > 1) {
    throw new CliError(
      'usage',
      `The folder ${path.join('/')} holds ${folders.length} folders (${folders.join(', ')}), and init writes for one application and environment. Run it where there is one, and copy the files.`,
    )
  }
  if (folder !== undefined && !PLAIN_NAME.test(folder)) {
    throw new CliError(
      'usage',
      `The folder ${join(...path, folder)} has a name that init does not take: ${PLAIN}.`,
    )
  }
  return folder
}

/** Names go into the texts of files and into commands to copy. */
const PLAIN_NAME = /^[A-Za-z0-9._-]+$/
const PLAIN = 'only letters, digits, dots, dashes and underscores'

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    throw new CliError('usage', `${path} can't be read as a folder: ${code}.`, { cause })
  }
}
