/**
 * Large YAML documents are read in a thread of their own: a megabyte takes the parser half a second, in which no
 * request would be answered.
 *
 * Where there can be no such thread, as in a bundle that left its file behind, the document is read here all the same.
 *
 * @module
 */
import { Worker } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import { NOWHERE, type Parsed, unreadable } from './parsed.ts'

/** About 10 milliseconds of reading; a thread takes 50 to begin. */
const LARGE_LENGTH = 32_768
/** More than AppConfig's largest document takes, unless it is made to take long. */
const LONGEST_READING_MS = 20_000
const MOST_MEGABYTES = 512

/** Whether reading the text would hold up requests for long. */
export function isLargeYaml(text: string): boolean {
  return text.length > LARGE_LENGTH
}

/**
 * @param signal ends the thread when nobody wants the document any more.
 * @returns undefined where there is no thread to be had. Never rejects.
 */
export function readYamlInThread(
  text: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Parsed | undefined> {
  return new Promise((resolve) => {
    const worker = startWorker(text)
    if (worker === undefined) return resolve(undefined)
    let hasBegun = false
    const cancel = clock.schedule(LONGEST_READING_MS, () => end(TOO_SLOW))
    function end(parsed: Parsed | undefined): void {
      cancel()
      resolve(parsed)
      void worker?.terminate()
    }
    worker.once('online', () => {
      hasBegun = true
    })
    worker.once('message', ({ value, problems }: Omit<Parsed, 'locate'>) =>
      end({ value, problems, locate: NOWHERE }),
    )
    worker.once('error', (error: NodeJS.ErrnoException) =>
      end(hasBegun && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? TOO_MUCH : undefined),
    )
    worker.once('exit', () => end(undefined))
    signal.addEventListener('abort', () => end(undefined), { once: true })
    // Nobody has to wait for a document for the process to end.
    worker.unref()
  })
}

function startWorker(text: string): Worker | undefined {
  try {
    return new Worker(new URL('./yaml-worker.mjs', import.meta.url), {
      workerData: text,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
      // None of the options the process was started with: a debugger's port, a loader.
      execArgv: [],
    })
  } catch {
    return undefined
  }
}

const TOO_SLOW = unreadable({
  place: '',
  code: 'TOO_COSTLY',
  text: `takes more than ${LONGEST_READING_MS / 1000} s to read as YAML: JSON is read a hundred times faster`,
})
const TOO_MUCH = unreadable({
  place: '',
  code: 'TOO_COSTLY',
  text: `takes more than ${MOST_MEGABYTES} MB to read as YAML: JSON takes a fraction of that`,
})
