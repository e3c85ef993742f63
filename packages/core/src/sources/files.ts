/**
 * The `files` source: documents in a folder, for development, and for defaults that ship with the code.
 *
 * A document is `application/environment/profile.json` (or `.yaml`, `.yml`, `.txt`), or, as in the AppConfig
 * Agent's local development mode, `application:environment:profile.json`, whose extension may be missing.
 * Flags with variants may have the Agent's own form and extension. Names must equal directory entries
 * exactly, also on disks that ignore case, so no name can reach outside the folder; nor can a link. A changed
 * file is read once it has stopped changing.
 *
 * @module
 */
import type { FSWatcher } from 'node:fs'
import { messageOf, SourceError } from '../errors.ts'
import { nodeModule } from '../node-modules.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import {
  type DocumentId,
  documentName,
  type PollResult,
  type Session,
  type SessionOptions,
  type Source,
} from './source.ts'

/** Options of {@link files}. */
export interface FilesOptions {
  /** The folder, absolute or relative to the process's working directory. */
  readonly directory: string
}

const CONTENT_TYPE_BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['.json', 'application/json'],
  ['.yaml', 'application/x-yaml'],
  ['.yml', 'application/x-yaml'],
  ['.txt', 'text/plain'],
  // The Agent's form of a media type in a file name.
  ['.application%ion%type=AWS.AppConfig.FeatureFlags', 'application/ion;type=AWS.AppConfig.FeatureFlags'],
])

/** The Agent takes a name without an extension for a document, too. */
const AGENT_TYPES: ReadonlyMap<string, string> = new Map([
  ...CONTENT_TYPE_BY_EXTENSION,
  ['', 'application/octet-stream'],
])

/** Interval of polls. Notifications of the operating system cause earlier ones. */
const LOOK_EVERY_MS = 1000
/** A file that is the same after this time is no longer being written. */
const SETTLE_MS = 100

/**
 * A source that reads documents from a folder and follows changes of the files. A missing folder is
 * `DIRECTORY_MISSING` when a client polls; a missing file is an absent document.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for an unknown option.
 * @throws {WiringError} `RUNTIME_UNSUPPORTED` in a runtime without files.
 *
 * @example
 * createAppConfig({ application: 'api', environment: 'dev', layers: ['default'], source: files({ directory: './appconfig' }) })
 */
export function files(options: FilesOptions): Source {
  refuseUnknownOptions('files()', options, ['directory'])
  const { directory } = options
  const { resolve } = nodeModule('path')
  nodeModule('fs')
  return {
    name: 'files',
    placeOf: ({ application, environment, profile }) =>
      `file ${[resolve(directory), application, environment, profile].join('/')}.json (or .yaml, .yml)`,
    open: (document, options) => openSession(directory, document, options),
  }
}

function openSession(directory: string, document: DocumentId, { clock, hint }: SessionOptions): Session {
  /** The signature of the file when it was last read; its signature now, and since when. */
  let readAs: string | undefined
  let seen: { readonly signature: string; readonly sinceMs: number } | undefined
  let watcher: FSWatcher | undefined
  let isClosed = false
  let cancelLook = (): void => {}

  function watchOnce(path: string): void {
    // The session may have been closed while the folder was read: nothing would close that watcher.
    if (watcher !== undefined || isClosed) return
    try {
      watcher = nodeModule('fs').watch(path, { persistent: false }, hint)
      watcher.on('error', () => watcher?.close())
    } catch {
      // Some file systems can't be watched; polling is enough.
    }
  }

  function lookAgainSoon(): PollResult {
    cancelLook()
    if (!isClosed) cancelLook = clock.schedule(SETTLE_MS, hint)
    return { kind: 'unchanged', nextPollMs: LOOK_EVERY_MS }
  }

  return {
    async poll(): Promise<PollResult> {
      const file = await findFile(directory, document)
      if (file === undefined) {
        readAs = undefined
        return { kind: 'absent', nextPollMs: LOOK_EVERY_MS }
      }
      await refuseLinkOut(directory, file.path)
      watchOnce(file.path)
      const signature = await signatureOf(file.path)
      if (signature === readAs) return { kind: 'unchanged', nextPollMs: LOOK_EVERY_MS }
      if (signature !== seen?.signature) seen = { signature, sinceMs: clock.now() }
      const isFirst = readAs === undefined
      if (!isFirst && clock.now() - seen.sinceMs < SETTLE_MS) return lookAgainSoon()
      const body = await disk().readFile(file.path)
      // Written to while it was read: the body may be half of it. An emptied file is no content either.
      if ((await signatureOf(file.path)) !== signature || body.byteLength === 0) {
        return lookAgainSoon()
      }
      readAs = signature
      return { kind: 'content', body, contentType: file.contentType, nextPollMs: LOOK_EVERY_MS }
    },
    close() {
      isClosed = true
      cancelLook()
      watcher?.close()
    },
  }
}

function disk(): typeof import('node:fs/promises') {
  return nodeModule('fs').promises
}

/** A text that differs after every change of the file that may have changed its content. */
async function signatureOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await disk().stat(path)
  return `${mtimeMs} ${size} ${ino}`
}

/** A link may point elsewhere within the folder, as the mounted files of Kubernetes do, not out of it. */
async function refuseLinkOut(directory: string, path: string): Promise<void> {
  const { realpath } = disk()
  const [root, target] = await Promise.all([realpath(directory), realpath(path)])
  const { sep } = nodeModule('path')
  // The folder may be the root of a disk, which ends in a separator already.
  if (target.startsWith(root.endsWith(sep) ? root : root + sep)) return
  throw new SourceError(
    'SOURCE_FAILED',
    `files: ${path} is a link, or below one, that points out of the folder ${root}. Replace it by the file`,
  )
}

interface FoundFile {
  readonly path: string
  readonly contentType: string
}

async function findFile(directory: string, document: DocumentId): Promise<FoundFile | undefined> {
  const { application, environment, profile } = document
  const flat = await filesNamed(directory, `${application}:${environment}:${profile}`, AGENT_TYPES, true)
  const environmentFolder = await subfolder(directory, [application, environment])
  const nested =
    environmentFolder === undefined
      ? []
      : await filesNamed(environmentFolder, profile, CONTENT_TYPE_BY_EXTENSION, false)
  const found = [...flat, ...nested]
  if (found.length > 1) {
    const paths = found.map(({ path }) => path).join(', ')
    throw new SourceError(
      'SOURCE_FAILED',
      `files: ${documentName(document)} is there ${found.length} times (${paths}). Keep one of them`,
    )
  }
  return found[0]
}

async function subfolder(directory: string, names: readonly string[]): Promise<string | undefined> {
  let folder = directory
  for (const name of names) {
    if (!(await list(folder, false)).includes(name)) return undefined
    folder = nodeModule('path').join(folder, name)
  }
  return folder
}

async function filesNamed(
  folder: string,
  name: string,
  types: ReadonlyMap<string, string>,
  mustExist: boolean,
): Promise<FoundFile[]> {
  const entries = await list(folder, mustExist)
  const { join } = nodeModule('path')
  return [...types]
    .filter(([extension]) => entries.includes(name + extension))
    .map(([extension, contentType]) => ({ path: join(folder, name + extension), contentType }))
}

async function list(folder: string, mustExist: boolean): Promise<string[]> {
  try {
    return await disk().readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!mustExist && (code === 'ENOENT' || code === 'ENOTDIR')) return []
    throw new SourceError(
      'DIRECTORY_MISSING',
      `files: the folder ${JSON.stringify(folder)} can't be read (${messageOf(error)}). Create it, or set \`directory\` (or APPCONFIG_DIRECTORY)`,
      { cause: error },
    )
  }
}
