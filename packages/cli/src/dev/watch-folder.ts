/**
 * Watches a folder.
 *
 * @module
 */
import { basename } from 'node:path'
import { watch } from 'chokidar'

/** A file counts as written once it has looked the same for so long. */
const QUIET_MS = 100

/**
 * Calls `onChange` when something below the folder has changed, once for what changed together.
 *
 * @returns once it watches: a function that ends it.
 */
export async function watchFolder(
  folder: string,
  { onChange, onError }: { readonly onChange: () => void; readonly onError: (error: unknown) => void },
): Promise<() => Promise<void>> {
  const watcher = watch(folder, {
    ignoreInitial: true,
    // Editors' swap files and version control; the folder itself may be hidden.
    ignored: (path) => path !== folder && basename(path).startsWith('.'),
    awaitWriteFinish: { stabilityThreshold: QUIET_MS, pollInterval: 20 },
  })
  let pending: NodeJS.Timeout | undefined
  watcher.on('all', () => {
    pending ??= setTimeout(() => {
      pending = undefined
      onChange()
    }, 20)
  })
  watcher.on('error', onError)
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve)
  })
  return async () => {
    clearTimeout(pending)
    await watcher.close()
  }
}
