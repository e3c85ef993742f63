/**
 * Records of flags that tests have read, in files: a runner may give each test file a process of its own.
 *
 * @module
 */
import { isPlainObject, jsonOrUndefined } from '../json.ts'
import { nodeModule } from '../node-modules.ts'
import { type FlagReads, type FlagSide, flagReads } from './flag-reads.ts'

const FILE_NAME = /^flag-reads-[\w-]+\.json$/

/**
 * Saves which flags the tests of this process have read, in a file of its own, for `flagReport(directory)`.
 * Call it after the tests of each file. Files of earlier runs count, too: remove the directory before a run.
 *
 * @param directory where to save it; it is made if it is not there.
 */
export function saveFlagReads(directory: string): void {
  const { mkdirSync, writeFileSync } = nodeModule('fs')
  mkdirSync(directory, { recursive: true })
  const record = Object.fromEntries([...flagReads].map(([flag, sides]) => [flag, [...sides]]))
  const name = `flag-reads-${nodeModule('crypto').randomUUID()}.json`
  writeFileSync(nodeModule('path').join(directory, name), JSON.stringify(record))
}

/** The records in a directory; none where it does not exist. */
export function readSavedFlagReads(directory: string): FlagReads[] {
  return filesOf(directory)
    .filter((name) => FILE_NAME.test(name))
    .map((name) => {
      const saved = jsonOrUndefined(
        nodeModule('fs').readFileSync(nodeModule('path').join(directory, name), 'utf8'),
      )
      const entries = isPlainObject(saved) ? Object.entries(saved) : []
      return new Map(entries.map(([flag, sides]) => [flag, new Set(sides as unknown as FlagSide[])]))
    })
}

function filesOf(directory: string): string[] {
  try {
    return nodeModule('fs').readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
