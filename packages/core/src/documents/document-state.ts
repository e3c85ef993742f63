/**
 * The state of a document, as a pure function of its previous state and an event.
 *
 *  1. A failed poll or an unreadable content never removes a held version.
 *  2. `previous` is the newest version before `current` that was part of a valid configuration, so a row of
 *     bad deployments does not evict the last good one.
 *  3. Absence is a state of its own, different from a failed poll. Held versions are kept: the layer decides
 *     whether they may still be served.
 *  4. A rejected document has recovered once a later content was validated, not before.
 *  5. A backup stands in only where no good version is known. Beside a content that was fetched it is the
 *     version before.
 *
 * Pure: no clock, no I/O, arguments are not changed.
 *
 * @module
 */
import type { AppConfigError } from '../errors.ts'
import type { DocumentHealth, Version } from './version.ts'

/** What a client holds and knows of one document. */
export interface DocumentState {
  readonly current: Version | undefined
  readonly previous: Version | undefined
  /** Consecutive answers that the document does not exist. */
  readonly absences: number
  /** Consecutive failed polls. */
  readonly failures: number
  /** The reasons why the newest content is not used; empty while it is. */
  readonly refusals: readonly string[]
  /** The newest content could not be read: `current` is an older one. */
  readonly isUnreadable: boolean
  /** A content arrived that was not validated yet. */
  readonly isUnjudged: boolean
  /** When the source last answered; undefined before the first answer. */
  readonly checkedAtMs: number | undefined
  /** When the source last confirmed what is held, where that comes from a backup. */
  readonly restoredFromMs: number | undefined
  /** The same of `previous`. */
  readonly previousRestoredFromMs: number | undefined
  /** Whether it was told that `previous` is served in place of `current`, and comes from a backup. */
  readonly isPreviousTold: boolean
  readonly lastError: { readonly error: AppConfigError; readonly atMs: number } | undefined
}

/** The state before the first answer. */
export const NOTHING_HELD: DocumentState = Object.freeze({
  current: undefined,
  previous: undefined,
  absences: 0,
  failures: 0,
  refusals: [],
  isUnreadable: false,
  isUnjudged: false,
  checkedAtMs: undefined,
  restoredFromMs: undefined,
  previousRestoredFromMs: undefined,
  isPreviousTold: false,
  lastError: undefined,
})

/** Whether the source's last answer was that the document does not exist. */
export function isAbsent({ absences }: DocumentState): boolean {
  return absences > 0
}

/** The source answered with a content, new or the same as before. */
export function withContent(state: DocumentState, version: Version, nowMs: number): DocumentState {
  const isNew = version !== state.current
  const isNews = isNew || isAbsent(state) || state.refusals.length > 0
  const isReplaced = isNew && state.current?.composed === true
  return {
    ...answered(state, nowMs),
    current: version,
    previous: isReplaced ? state.current : state.previous,
    previousRestoredFromMs: isReplaced ? state.restoredFromMs : state.previousRestoredFromMs,
    isPreviousTold: isReplaced ? false : state.isPreviousTold,
    absences: 0,
    isUnreadable: false,
    isUnjudged: state.isUnjudged || isNews,
    restoredFromMs: undefined,
  }
}

/** The source says that there is nothing new; before any content, readable or not, that nothing is deployed. */
export function withoutNews(state: DocumentState, nowMs: number): DocumentState {
  const isHeld = state.current !== undefined && state.restoredFromMs === undefined
  // A content that can't be read and has not changed is no absence.
  const exists = isHeld || (state.isUnreadable && !isAbsent(state))
  if (!exists) return withAbsence(state, nowMs)
  return { ...answered(state, nowMs), absences: 0, isUnjudged: state.isUnjudged || isAbsent(state) }
}

/** The source says that there is no such document. */
export function withAbsence(state: DocumentState, nowMs: number): DocumentState {
  const isRestoredAbsence = state.restoredFromMs !== undefined && state.current === undefined
  return {
    ...answered(state, nowMs),
    absences: isRestoredAbsence ? 1 : state.absences + 1,
    restoredFromMs: isRestoredAbsence ? undefined : state.restoredFromMs,
  }
}

/** The source has answered; a content was taken over before. */
export function withAnswer(
  state: DocumentState,
  kind: 'content' | 'unchanged' | 'absent',
  nowMs: number,
): DocumentState {
  if (kind === 'absent') return withAbsence(state, nowMs)
  return kind === 'unchanged' ? withoutNews(state, nowMs) : state
}

/** Whether there is nothing to go by: no content that can be read, and no answer that it does not exist. */
export function isUnknown(state: DocumentState): boolean {
  return state.current === undefined && !isAbsent(state)
}

/**
 * Whether a backup could stand in: no version is held that was part of a valid configuration.
 *
 * @param mustExist whether its absence is a mistake, for which a backup stands in, too.
 */
export function isRestorable(state: DocumentState, mustExist = false): boolean {
  const { current, previous } = state
  if (isAbsent(state) && !mustExist) return false
  return current === undefined || (!current.composed && previous === undefined)
}

/**
 * A backup was read.
 *
 * @param version undefined: the document did not exist.
 * @param confirmedAtMs when the source last confirmed that.
 * @param mustExist as in {@link isRestorable}.
 */
export function withRestored(
  state: DocumentState,
  version: Version | undefined,
  confirmedAtMs: number,
  mustExist = false,
): DocumentState {
  const { current, absences, isUnreadable } = state
  if (!isRestorable(state, mustExist)) return state
  // A content that can't be used is there, whatever the backup says.
  if (version === undefined && (isUnreadable || current !== undefined)) return state
  if (current === undefined)
    return {
      ...state,
      current: version,
      absences: version === undefined ? 1 : absences,
      restoredFromMs: confirmedAtMs,
    }
  if (version === current) return state
  return { ...state, previous: version, previousRestoredFromMs: confirmedAtMs, isPreviousTold: false }
}

function answered(state: DocumentState, nowMs: number): DocumentState {
  return { ...state, failures: 0, checkedAtMs: nowMs }
}

/** Whether that version, or absence, is the newest that the source has, as far as is known. */
export function isNewest(state: DocumentState, version: Version | undefined): boolean {
  if (isAbsent(state)) return version === undefined
  return version !== undefined && version === state.current && version.composed && !state.isUnreadable
}

/** A poll failed. */
export function withFailure(state: DocumentState, error: AppConfigError, nowMs: number): DocumentState {
  return { ...state, failures: state.failures + 1, lastError: { error, atMs: nowMs } }
}

/** A content arrived that can't be read. */
export function withUnreadable(state: DocumentState, error: AppConfigError, nowMs: number): DocumentState {
  return {
    ...answered(state, nowMs),
    refusals: [error.message],
    isUnreadable: true,
    isUnjudged: false,
    lastError: { error, atMs: nowMs },
  }
}

/** The current content was refused for a tenant. */
export function withRefusal(state: DocumentState, error: AppConfigError, nowMs: number): DocumentState {
  const before = state.isUnjudged ? [] : state.refusals
  if (before.includes(error.message) || before.length >= MOST_REFUSALS) return state
  return {
    ...state,
    refusals: [...before, error.message],
    isUnjudged: false,
    lastError: { error, atMs: nowMs },
  }
}

/** A shared document may be refused for thousands of tenants: the first reasons are enough. */
const MOST_REFUSALS = 10

/** No entry refuses the current content. */
export function withApproval(state: DocumentState): DocumentState {
  return state.isUnreadable ? state : { ...state, refusals: [], isUnjudged: false }
}

/** The status that `health()` reports. */
export function statusOf({
  current,
  absences,
  failures,
  refusals,
  restoredFromMs,
}: DocumentState): DocumentHealth['status'] {
  if (failures > 0) return current ? 'stale' : 'failed'
  if (refusals.length > 0) return 'rejected'
  if (absences > 0) return 'absent'
  if (restoredFromMs !== undefined) return 'stale'
  return current ? 'ok' : 'loading'
}
