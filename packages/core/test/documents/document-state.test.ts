/** What is held of a document after what happened, as a table. */
import { describe, expect, it } from 'vitest'
import {
  type DocumentState,
  NOTHING_HELD,
  statusOf,
  withAbsence,
  withApproval,
  withContent,
  withFailure,
  withoutNews,
  withRefusal,
  withRestored,
  withUnreadable,
} from '../../src/documents/document-state.ts'
import type { Version } from '../../src/documents/version.ts'
import { AppConfigError } from '../../src/errors.ts'

const versions = new Map<number, Version>()
const version = (id: number, composed = true): Version => {
  const made: Version = versions.get(id) ?? {
    id,
    composed,
    value: {},
    contentType: undefined,
    versionLabel: undefined,
    revision: String(id),
    receivedAtMs: 0,
  }
  versions.set(id, made)
  return made
}
const error = new AppConfigError('SOURCE_FAILED', 'no answer')
const unfit = new AppConfigError('CONFIG_INVALID', 'not what the schema says')

type Step = (state: DocumentState) => DocumentState
const content =
  (id: number, composed?: boolean): Step =>
  (state) =>
    withContent(state, version(id, composed), 1)
const same: Step = (state) => withoutNews(state, 1)
const gone: Step = (state) => withAbsence(state, 1)
const failed: Step = (state) => withFailure(state, error, 1)
const refused: Step = (state) => withRefusal(state, unfit, 1)
const unreadable: Step = (state) => withUnreadable(state, unfit, 1)
const approved: Step = withApproval
const restored =
  (id: number | undefined): Step =>
  (state) =>
    withRestored(state, id === undefined ? undefined : version(id), 7)
const after = (...steps: Step[]) => steps.reduce((state, step) => step(state), NOTHING_HELD)

describe('a document', () => {
  it.each<[string, DocumentState, string, number | undefined]>([
    ['before anything', NOTHING_HELD, 'loading', undefined],
    ['nothing is deployed', after(same), 'absent', undefined],
    ['does not exist', after(gone), 'absent', undefined],
    ['could not be asked for', after(failed), 'failed', undefined],
    ['has a content', after(content(1), approved), 'ok', 1],
    ['comes from the backup', after(restored(1)), 'stale', 1],
    ['comes from the backup after a failure', after(failed, restored(1)), 'stale', 1],
    ['comes from the backup, and polls fail', after(restored(1), failed), 'stale', 1],
    ['was absent by the backup', after(restored(undefined)), 'absent', undefined],
    ['was absent by the backup, and polls fail', after(restored(undefined), failed), 'failed', undefined],
    ['comes from the backup, then is answered', after(restored(1), content(2), approved), 'ok', 2],
    ['comes from the backup, which is confirmed', after(restored(1), content(1), approved), 'ok', 1],
    ['comes from the backup, and nothing is deployed', after(restored(1), same), 'absent', 1],
    ['comes from the backup, and nothing is deployed still', after(restored(1), same, same), 'absent', 1],
    ['comes from the backup, and is gone', after(restored(1), gone), 'absent', 1],
    ['was absent by the backup, and is there', after(restored(undefined), content(1)), 'ok', 1],
    ['was answered before the backup was read', after(content(1), restored(2)), 'ok', 1],
    ['was answered, and polls fail: no backup', after(content(1), failed, restored(2)), 'stale', 1],
    ['is absent: no backup', after(gone, restored(1)), 'absent', undefined],
    ['is absent, and polls fail: no backup', after(gone, failed, restored(1)), 'failed', undefined],
    ['can’t be read, so the backup is served', after(unreadable, restored(1)), 'rejected', 1],
    [
      'is refused, so the backup is behind it',
      after(content(31, false), refused, restored(1)),
      'rejected',
      31,
    ],
    ['can’t be read, so it is not absent', after(unreadable, restored(undefined)), 'rejected', undefined],
    ['has nothing new', after(content(1), same), 'ok', 1],
    ['failed after a content', after(content(1), failed), 'stale', 1],
    ['failed, then answered', after(content(1), failed, same), 'ok', 1],
    ['is gone after a content', after(content(1), gone), 'absent', 1],
    ['is gone, then back with the same', after(content(1), gone, content(1)), 'ok', 1],
    ['is gone, then back with nothing new', after(content(1), gone, same), 'ok', 1],
    ['became unreadable', after(content(1), unreadable), 'rejected', 1],
    ['was unreadable at first', after(unreadable), 'rejected', undefined],
    ['was unreadable at first, and has nothing new', after(unreadable, same), 'rejected', undefined],
    ['became unfit', after(content(1), content(2), refused), 'rejected', 2],
    [
      'is a rollback to what is held, not judged yet',
      after(content(1), unreadable, content(1)),
      'rejected',
      1,
    ],
    ['is a rollback that was judged', after(content(1), unreadable, content(1), approved), 'ok', 1],
    ['two bad ones in a row', after(content(1), unreadable, content(2), refused), 'rejected', 2],
    [
      'unreadable though others approve of what they have',
      after(content(1), unreadable, approved),
      'rejected',
      1,
    ],
    ['failed while rejected', after(content(1), unreadable, failed), 'stale', 1],
    ['answered while rejected', after(content(1), unreadable, failed, same), 'rejected', 1],
  ])('%s', (_, state, status, current) => {
    expect(statusOf(state)).toBe(status)
    expect(state.current?.id).toBe(current)
  })

  it('keeps as the version before it the newest that was part of a valid configuration', () => {
    expect(after(content(11), content(12, false), content(13, false)).previous?.id).toBe(11)
    expect(after(content(11), content(11)).previous).toBeUndefined()
    expect(after(content(32, false), restored(1)).previous?.id).toBe(1)
    expect(after(content(32, false), restored(undefined)).previous).toBeUndefined()
    expect(after(content(32, false), restored(32)).previous).toBeUndefined()
    expect(after(content(11), restored(1)).previous).toBeUndefined()
  })

  it('counts how often in a row it was said not to exist', () => {
    expect(after(content(1), gone, gone).absences).toBe(2)
    expect(after(content(1), gone, same, gone).absences).toBe(1)
    expect(after(unreadable, same).absences).toBe(0)
    expect(after(unreadable, gone, same).absences).toBe(2)
  })

  it('names each reason once, and the first ten of them', () => {
    const reasons = Array.from({ length: 30 }, (_, i): Step => {
      const reason = new AppConfigError('CONFIG_INVALID', `at place ${i % 20}`)
      return (state) => withRefusal(state, reason, 1)
    })
    expect(after(content(1), ...reasons).refusals).toHaveLength(10)
    const before = after(content(1), refused)
    expect(refused(before)).toBe(before)
    expect(after(content(1), refused, content(21), refused).refusals).toHaveLength(1)
  })
})

describe('a document from the backup', () => {
  it.each<[string, DocumentState, number | undefined]>([
    ['until it is answered', after(restored(1)), 7],
    ['while polls fail', after(restored(1), failed, failed), 7],
    ['while it is gone, but still served', after(restored(1), gone), 7],
    ['while what is fetched can’t be read', after(restored(1), unreadable), 7],
    ['not after a content', after(restored(1), content(1)), undefined],
    ['not after its absence was confirmed', after(restored(undefined), gone), undefined],
  ])('says so: %s', (_, { restoredFromMs }, expected) => {
    expect(restoredFromMs).toBe(expected)
  })

  it('is the last known good of what comes after it, if it was valid', () => {
    expect(after(restored(1), content(2)).previous?.id).toBe(1)
  })

  it('counts answers that it does not exist from the first real one', () => {
    expect(after(restored(undefined), gone).absences).toBe(1)
    expect(after(restored(1), gone, gone).absences).toBe(2)
  })
})
