/**
 * Reading large YAML documents in a worker thread: a megabyte takes the parser half a second, which would
 * block all requests.
 *
 * If there can be no such thread, as in a bundle without its file, the document is read on the event loop.
 *
 * @module
 */
import type { Worker } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import { nodeModule } from '../node-modules.ts'
import type { Problem } from './problem.ts'

/** Bytes that take about 10 milliseconds to read; a thread takes 50 to start. */
const LARGE_LENGTH = 32_768
/** More than AppConfig's largest document takes, unless it is made to be slow. */
const LONGEST_READING_MS = 20_000
const MOST_MEGABYTES = 512

/** What a thread has made of a text: JSON, or problems. */
export interface Prepared {
  readonly json: string | undefined
  readonly problems: readonly Problem[]
}

/** Whether reading so many bytes would block requests for long. */
export function isLargeYaml(byteLength: number): boolean {
  return byteLength > LARGE_LENGTH
}

/**
 * Reads a YAML text in a thread of its own. Never rejects.
 *
 * @param signal ends the thread when the document is no longer needed.
 * @returns undefined if there can be no thread.
 */
export function readYamlInThread(
  text: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Prepared | undefined> {
  return new Promise((resolve) => {
    const worker = startWorker(text)
    if (worker === undefined) return resolve(undefined)
    let hasBegun = false
    const cancel = clock.schedule(LONGEST_READING_MS, () => end(TOO_SLOW))
    function end(prepared: Prepared | undefined): void {
      cancel()
      resolve(prepared)
      void worker?.terminate()
    }
    worker.once('online', () => {
      hasBegun = true
    })
    worker.once('message', (prepared: Prepared) => end(prepared))
    worker.once('error', (error: NodeJS.ErrnoException) =>
      end(hasBegun && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? TOO_MUCH : undefined),
    )
    worker.once('exit', () => end(undefined))
    signal.addEventListener('abort', () => end(undefined), { once: true })
    // The thread does not keep the process alive.
    worker.unref()
  })
}

function startWorker(text: string): Worker | undefined {
  try {
    const { Worker } = nodeModule('worker_threads')
    return new Worker(new URL('./yaml-worker.mjs', import.meta.url), {
      workerData: text,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
      // Without options of the process, such as a debugger's port or a loader.
      execArgv: [],
    })
  } catch {
    return undefined
  }
}

const TOO_SLOW = tooCostly(`${LONGEST_READING_MS / 1000} s`, 'is read a hundred times faster')
const TOO_MUCH = tooCostly(`${MOST_MEGABYTES} MB`, 'takes a fraction of that')

function tooCostly(most: string, butJson: string): Prepared {
  const text = `takes more than ${most} to read as YAML: JSON ${butJson}`
  return { json: undefined, problems: [{ place: '', code: 'TOO_COSTLY', text }] }
}
