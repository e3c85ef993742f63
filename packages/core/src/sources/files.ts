/**
 * The `files` source: documents in a folder, for development and for a default that ships with
 * the code.
 *
 * A document is `application/environment/profile.json` (or `.yaml`, `.yml`, `.txt`), or, as in the
 * AppConfig Agent's local development mode, `application:environment:profile.json`, which may have no extension, too; flags
 * with variants may have the Agent's own form and extension. Names are
 * matched against directory entries exactly, whatever the disk's idea of case, so no name can
 * reach outside the folder. A changed file is read once it has stopped changing.
 *
 * @module
 */
import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, SourceError } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import {
  type DocumentId,
  documentName,
  type PollResult,
  type Session,
  type SessionOptions,
  type Source,
} from './source.ts'

export interface FilesOptions {
  /** The folder, absolute or from where the process was started. */
  readonly directory: string
}

const CONTENT_TYPE_BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['.json', 'application/json'],
  ['.yaml', 'application/x-yaml'],
  ['.yml', 'application/x-yaml'],
  ['.txt', 'text/plain'],
  // How the Agent writes a media type as an extension.
  ['.application%ion%type=AWS.AppConfig.FeatureFlags', 'application/ion;type=AWS.AppConfig.FeatureFlags'],
])

/** To the Agent a name without an extension is a document, too. */
const AGENT_TYPES: ReadonlyMap<string, string> = new Map([
  ...CONTENT_TYPE_BY_EXTENSION,
  ['', 'application/octet-stream'],
])

/** Looked at this often; the operating system's word of a change brings it forward. */
const LOOK_EVERY_MS = 1000
/** A file that is the same at two looks this far apart is not being written any more. */
const SETTLE_MS = 100

/**
 * Reads documents from a folder and follows their changes.
 *
 * @example
 * createAppConfig({ application: 'api', environment: 'dev', layers: ['default'], source: files({ directory: './appconfig' }) })
 */
export function files(options: FilesOptions): Source {
  refuseUnknownOptions('files()', options, ['directory'])
  const { directory } = options
  return { name: 'files', open: (document, options) => openSession(directory, document, options) }
}

function openSession(directory: string, document: DocumentId, { clock, hint }: SessionOptions): Session {
  /** What the file looked like when it was last read, and what it looks like now, since when. */
  let readAs: string | undefined
  let seen: { readonly signature: string; readonly sinceMs: number } | undefined
  let watcher: FSWatcher | undefined
  let isClosed = false
  let cancelLook = (): void => {}

  function watchOnce(path: string): void {
    // The folder was read while the session was being closed: nobody would close that watcher.
    if (watcher !== undefined || isClosed) return
    try {
      watcher = watch(path, { persistent: false }, hint)
      watcher.on('error', () => watcher?.close())
    } catch {
      // Not every disk can tell; looking regularly is enough.
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
      watchOnce(file.path)
      const signature = await signatureOf(file.path)
      if (signature === readAs) return { kind: 'unchanged', nextPollMs: LOOK_EVERY_MS }
      if (signature !== seen?.signature) seen = { signature, sinceMs: clock.now() }
      const isFirst = readAs === undefined
      if (!isFirst && clock.now() - seen.sinceMs < SETTLE_MS) return lookAgainSoon()
      const body = await readFile(file.path)
      // Written to while we read: what we hold may be half of it. Nor is an emptied file a content.
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

/** Changes with every change of the file worth reading it for. */
async function signatureOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path)
  return `${mtimeMs} ${size} ${ino}`
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
    folder = join(folder, name)
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
  return [...types]
    .filter(([extension]) => entries.includes(name + extension))
    .map(([extension, contentType]) => ({ path: join(folder, name + extension), contentType }))
}

async function list(folder: string, mustExist: boolean): Promise<string[]> {
  try {
    return await readdir(folder)
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
