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
import { type DocumentId, documentKey, documentName } from '../sources/source.ts'

/** Where problems are written to; console, pino, winston and others are such loggers. */
export interface Logger {
  warn(text: string): void
  info(text: string): void
}

/** Tells a problem, or the end of one. A logger that throws hurts nobody. */
export type TellProblem = (level: keyof Logger, code: string, text: string) => void

/** @param logger false tells nothing; without one, problems are warnings of the process. */
export function problemTeller(logger: Logger | false | undefined): TellProblem {
  return function tellProblem(level, code, text) {
    try {
      if (logger === undefined) process.emitWarning(text, { type: 'AppConfigKitWarning', code })
      else if (logger !== false) logger[level](`[appconfig-kit] ${code}: ${text}`)
    } catch {
      // Nobody to tell.
    }
  }
}

export interface ProblemLogOptions {
  readonly emitter: Emitter
  readonly clock: Clock
  readonly tell: TellProblem
  /** Documents of single tenants fail together: of them, only the first is told. */
  readonly isShared: (document: DocumentId) => boolean
}

/** A problem is told again when it was not heard of for so long: more than the longest interval of polling. */
const FORGET_MS = 90_000_000

export function logProblems({ emitter, clock, tell, isShared }: ProblemLogOptions): void {
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

  function failureOf(document: DocumentId, error: AppConfigError | undefined): string {
    // Rules that can't be had are told while the document itself is read all right.
    if (error?.code === 'VARIANTS_UNAVAILABLE') return `variants ${documentKey(document)}`
    return isShared(document) ? `failing ${documentKey(document)}` : 'failing documents of tenants'
  }
}
