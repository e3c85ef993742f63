/**
 * What is told of a document: its health, and the events of its changes.
 *
 * @module
 */
import { refusalOfBackup } from '../backup/document-backup.ts'
import { type AppConfigError, isAppConfigError, messageOf, SourceError } from '../errors.ts'
import type { Emitter } from '../events.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import { nodeModule } from '../node-modules.ts'
import { type DocumentId, documentName } from '../sources/source.ts'
import { type DocumentState, isAbsent, statusOf } from './document-state.ts'
import { type DocumentHealth, type DocumentVersion, describeVersion, type Version } from './version.ts'

/** The state of a document without its values, and without its `entity`, which may be a tenant's id. */
export function healthOf(
  { application, environment, profile }: DocumentId,
  state: DocumentState,
): DocumentHealth {
  const { current, refusals, restoredFromMs, previousRestoredFromMs, checkedAtMs, lastError } = state
  return {
    application,
    environment,
    profile,
    status: statusOf(state),
    version: current && describeVersion(current),
    restoredFromMs: restoredFromMs ?? (refusals.length > 0 ? previousRestoredFromMs : undefined),
    checkedAtMs,
    lastError: lastError && {
      code: lastError.error.code,
      message: lastError.error.message,
      atMs: lastError.atMs,
    },
  }
}

/** Whether tenants' snapshots have to be looked at again. */
export function isNewsToTenants(before: DocumentState, next: DocumentState): boolean {
  return (
    next.current !== before.current ||
    next.previous !== before.previous ||
    isAbsent(next) !== isAbsent(before) ||
    (next.isUnjudged && !before.isUnjudged)
  )
}

/** Emits what a step from one state to the next means. */
export function emitChanges(
  document: DocumentId,
  before: DocumentState,
  next: DocumentState,
  emitter: Emitter,
  nowMs: number,
): void {
  if (isBehind(before) && !isBehind(next)) emitter.emit('recovered', { document })
  const { restoredFromMs } = next
  if (before.restoredFromMs === undefined && restoredFromMs !== undefined) {
    if (next.current) emitter.emit('stale', { document, sinceMs: restoredFromMs, restoredFromMs })
  } else if (!isBehind(before) && isBehind(next) && next.current) {
    emitter.emit('stale', { document, sinceMs: nowMs })
  }
  const isAbsenceNew = isAbsent(next) !== isAbsent(before)
  if (next.current === before.current && !(before.current && isAbsenceNew)) return
  const version = next.current && !isAbsent(next) ? describeVersion(next.current) : undefined
  emitter.emit('change', new DocumentChange(document, version, before, next))
}

/** A class for its getter: most listeners don't ask which keys have changed, and a document may have thousands. */
class DocumentChange {
  readonly document: DocumentId
  readonly version: DocumentVersion | undefined
  readonly #isFirst: boolean
  readonly #before: JsonValue | undefined
  readonly #next: JsonValue | undefined

  constructor(
    document: DocumentId,
    version: DocumentVersion | undefined,
    before: DocumentState,
    next: DocumentState,
  ) {
    this.document = document
    this.version = version
    this.#isFirst = before.current === undefined && !isAbsent(before)
    this.#before = isAbsent(before) ? undefined : before.current?.value
    this.#next = isAbsent(next) ? undefined : next.current?.value
  }

  get changedKeys(): readonly string[] {
    if (this.#isFirst) return []
    const before = isPlainObject(this.#before) ? this.#before : {}
    const next = isPlainObject(this.#next) ? this.#next : {}
    return [...new Set([...Object.keys(before), ...Object.keys(next)])].filter(
      (key) => !nodeModule('util').isDeepStrictEqual(ownValue(before, key), ownValue(next, key)),
    )
  }
}

/** Emits, once, that a version is served that comes from the backup, although there is a newer one. */
export function tellServed(
  document: DocumentId,
  state: DocumentState,
  served: Version | undefined,
  emitter: Emitter,
): DocumentState {
  const { previous, previousRestoredFromMs: restoredFromMs, isPreviousTold } = state
  if (served === undefined || served !== previous || restoredFromMs === undefined || isPreviousTold)
    return state
  emitter.emit('stale', { document, sinceMs: restoredFromMs, restoredFromMs })
  return { ...state, isPreviousTold: true }
}

/** Emits that the current content was refused, which is the source's or the backup's. */
export function emitRefusal(
  document: DocumentId,
  { restoredFromMs }: DocumentState,
  error: AppConfigError,
  tenant: string | undefined,
  emitter: Emitter,
): void {
  emitter.emit('rejected', {
    document,
    error: restoredFromMs === undefined ? error : refusalOfBackup(error),
    ...(tenant !== undefined && { tenant }),
  })
}

/** Whether the source has to answer before the document is up to date. */
function isBehind({ failures, restoredFromMs, checkedAtMs }: DocumentState): boolean {
  return failures > 0 || (restoredFromMs !== undefined && checkedAtMs === undefined)
}

/** What a source threw, as an error of ours. */
export function errorOf(thrown: unknown, id: DocumentId, source: string): AppConfigError {
  if (isAppConfigError(thrown)) return thrown
  const problem = `${documentName(id)}: the source "${source}" failed: ${messageOf(thrown)}`
  return new SourceError('SOURCE_FAILED', problem, { cause: thrown })
}
