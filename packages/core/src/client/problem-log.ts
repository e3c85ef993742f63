/**
 * Problems of a client, told to whoever runs it: by the option `logger`, or as warnings of the process.
 *
 * A problem that lasts is told once, when it begins, and once more when it is over. Texts name documents and say what
 * is wrong; they never hold configuration values.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { AppConfigError } from '../errors.ts'
import type { Emitter } from '../events.ts'
import type { TellProblem } from '../logger.ts'
import { type DocumentId, documentKey, documentName } from '../sources/source.ts'

/** What problems are read from and written to. */
export interface ProblemLogOptions {
  readonly emitter: Emitter
  readonly clock: Clock
  readonly tell: TellProblem
  /** Documents of single tenants fail together: of them, only the first is told. */
  readonly isShared: (document: DocumentId) => boolean
}

/** A problem is told again when it was not heard of for so long: more than the longest interval of polling. */
const FORGET_MS = 90_000_000

/** The log of one client. */
export interface ProblemLog {
  /** Told again only when it fails for another reason. */
  startFailed(error: AppConfigError): void
}

/** Writes the problems that events report. */
export function logProblems({ emitter, clock, tell, isShared }: ProblemLogOptions): ProblemLog {
  /** What was told and is not over, and when it last happened. */
  const lasting = new Map<string, number>()

  function isNews(problem: string): boolean {
    const nowMs = clock.now()
    const lastMs = lasting.get(problem)
    lasting.set(problem, nowMs)
    return lastMs === undefined || nowMs - lastMs > FORGET_MS
  }

  emitter.on('failure', ({ document, error }) => {
    if (!isNews(failureOf(document, error))) return
    const whose = isShared(document)
      ? 'the document'
      : 'documents of tenants, of which this is the first to fail,'
    tell(
      'warn',
      error.code,
      `${error.problem}. Further failures of ${whose} are not told until it is well again`,
    )
  })
  emitter.on('rejected', ({ document, error, tenant }) => {
    lasting.set(`rejected ${documentKey(document)}`, clock.now())
    const whose = tenant === undefined ? '' : ' for a tenant'
    tell('warn', error.code, `a content of ${documentName(document)} was rejected${whose}: ${error.problem}`)
  })
  emitter.on('recovered', ({ document }) => {
    const wasRejected = lasting.delete(`rejected ${documentKey(document)}`)
    const wasFailing = lasting.delete(failureOf(document, undefined))
    if (wasRejected || wasFailing) tell('info', 'RECOVERED', `${documentName(document)} is well again`)
  })

  return {
    startFailed(error) {
      if (isNews(`start ${error.message}`)) tell('warn', 'START_FAILED', error.problem)
    },
  }

  function failureOf(document: DocumentId, error: AppConfigError | undefined): string {
    // Rules that can't be had are told while the document itself is read all right.
    if (error?.code === 'VARIANTS_UNAVAILABLE') return `variants ${documentKey(document)}`
    return isShared(document) ? `failing ${documentKey(document)}` : 'failing documents of tenants'
  }
}
