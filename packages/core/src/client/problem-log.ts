/**
 * The log of a client's problems: by the option `logger`, or as warnings of the process.
 *
 * A problem is logged when it begins, and again when it is over. Texts name documents and problems; they
 * never hold configuration values.
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
  /** Documents of tenants tend to fail together, so only the first of them is logged. */
  readonly isShared: (document: DocumentId) => boolean
}

/** A problem that did not occur for this long is logged again: more than the longest poll interval. */
const FORGET_MS = 90_000_000

/** The log of one client. */
export interface ProblemLog {
  /** Logs a failed start, again only for another reason. */
  startFailed(error: AppConfigError): void
}

/** Writes the problems that events report. */
export function logProblems({ emitter, clock, tell, isShared }: ProblemLogOptions): ProblemLog {
  /** Problems that were logged and are not over, and when each last occurred. */
  const lasting = new Map<string, number>()

  function isNews(problem: string): boolean {
    const nowMs = clock.now()
    const lastMs = lasting.get(problem)
    lasting.set(problem, nowMs)
    return lastMs === undefined || nowMs - lastMs > FORGET_MS
  }

  emitter.on('failure', ({ document, error }) => {
    // The backup itself reports the first of a row.
    if (error.code === 'BACKUP_NOT_WRITTEN') return tell('warn', error.code, error.problem)
    if (!isNews(failureOf(document, error))) return
    if (error.code === 'BACKUP_UNUSABLE') return tell('warn', error.code, error.problem)
    const whose = isShared(document)
      ? 'the document'
      : 'documents of tenants, of which this is the first to fail,'
    tell(
      'warn',
      error.code,
      `${error.problem}. Further failures of ${whose} are not logged until it recovers`,
    )
  })
  emitter.on('rejected', ({ document, error, tenant }) => {
    lasting.set(`rejected ${documentKey(document)}`, clock.now())
    const whose = tenant === undefined ? '' : ' for a tenant'
    tell('warn', error.code, `a content of ${documentName(document)} was rejected${whose}: ${error.problem}`)
  })
  emitter.on('stale', ({ document, restoredFromMs }) => {
    if (restoredFromMs === undefined || !isNews(restoredOf(document))) return
    const whose = isShared(document) ? '' : ', and more of documents of tenants'
    const date = new Date(restoredFromMs).toISOString()
    tell(
      'warn',
      'RESTORED',
      `${documentName(document)} is served from the backup${whose}: AppConfig has given no usable answer, and last confirmed it at ${date}`,
    )
  })
  emitter.on('recovered', ({ document }) => {
    lasting.delete(restoredOf(document))
    const wasRejected = lasting.delete(`rejected ${documentKey(document)}`)
    const wasFailing = lasting.delete(failureOf(document, undefined))
    if (wasRejected || wasFailing) tell('info', 'RECOVERED', `${documentName(document)} has recovered`)
  })

  return {
    startFailed(error) {
      if (isNews(`start ${error.message}`)) tell('warn', 'START_FAILED', error.problem)
    },
  }

  function failureOf(document: DocumentId, error: AppConfigError | undefined): string {
    // Missing rules of variants are a problem of their own: the document itself is read.
    if (error?.code === 'VARIANTS_UNAVAILABLE') return `variants ${documentKey(document)}`
    if (error?.code === 'BACKUP_UNUSABLE') return `backup ${ownerOf(document)}`
    return `failing ${ownerOf(document)}`
  }

  function restoredOf(document: DocumentId): string {
    return `restored ${ownerOf(document)}`
  }

  function ownerOf(document: DocumentId): string {
    return isShared(document) ? documentKey(document) : 'documents of tenants'
  }
}
