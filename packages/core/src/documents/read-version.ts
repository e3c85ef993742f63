/**
 * From the answer of a source to a version of its document.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import { DocumentError } from '../errors.ts'
import type { Parsed } from '../reading/parsed.ts'
import { type Problem, sentenceOf } from '../reading/problem.ts'
import { notAnObject, readDocument } from '../reading/read-document.ts'
import { sha256 } from '../sha256.ts'
import { type DocumentId, documentName, type PollResult, type Source } from '../sources/source.ts'
import type { Version } from './version.ts'
import type { VersionPool } from './version-pool.ts'

/** The parts of a client that reading a version needs. */
export interface ReadVersionPorts {
  readonly source: Pick<Source, 'name'>
  readonly pool: VersionPool
  readonly maxDocumentBytes: number
  readonly clock: Clock
  /** Where there are backups, a version holds its bytes. */
  readonly backup?: object | undefined
}

/** A content, as its source or its backup gives it. */
export type ReadableContent = Pick<
  Extract<PollResult, { kind: 'content' }>,
  'body' | 'contentType' | 'versionLabel'
>

let versionCount = 0

/**
 * The version of an answer.
 *
 * @param wanted `object` and `sections`: any other content is refused.
 * @param prepared what was parsed of this answer before.
 * @param receivedAtMs when it arrived, if that was not now.
 * @returns `current` where the answer is the content that is held.
 * @throws {DocumentError} `DOCUMENT_TOO_LARGE` or `DOCUMENT_INVALID`; it names the document.
 */
export function readVersion(
  { body, contentType, versionLabel }: ReadableContent,
  current: Version | undefined,
  id: DocumentId,
  wanted: 'object' | 'any' | 'sections',
  { source, pool, maxDocumentBytes, clock, backup }: ReadVersionPorts,
  prepared?: Parsed,
  receivedAtMs: number = clock.now(),
): Version {
  const revision = sha256(body).slice(0, 12)
  const isCurrent =
    current?.revision === revision &&
    current.contentType === contentType &&
    current.versionLabel === versionLabel
  if (isCurrent) return current
  const named = { revision, contentType, versionLabel }
  return pool.share(id, named, () => {
    const reading = readDocument({ body, contentType }, { maxBytes: maxDocumentBytes }, prepared)
    const { value } = reading
    const problem = wanted === 'any' ? undefined : notAnObject(reading)
    if (value === undefined || problem) {
      const problems = problem ? [problem] : reading.problems
      const told = wanted === 'sections' ? problems.map(withoutSection) : problems
      throw unusable(id, contentType, told, source.name)
    }
    // Member by member: V8 gives each object that begins with a spread its own hidden class, 200 bytes.
    return {
      revision,
      contentType,
      versionLabel,
      id: ++versionCount,
      value,
      // A copy: the bytes may be a part of a larger buffer.
      body: backup && new Uint8Array(body),
      receivedAtMs,
      composed: false,
    }
  })
}

/** The problem without its place, which begins with the key of a section: a tenant's id in most cases. */
function withoutSection({ place, ...problem }: Problem): Problem {
  if (problem.code === 'NOT_ION') return { ...problem, place: '', text: "can't be read as flags" }
  if (place === '') return { ...problem, place }
  return { ...problem, place: '', text: `has a section, a part of which ${problem.text}` }
}

function unusable(
  id: DocumentId,
  contentType: string | undefined,
  problems: readonly Problem[],
  source: string,
): DocumentError {
  const [first] = problems
  const what = `${documentName(id)}: the document (${contentType ?? 'no content type'})`
  if (first?.code === 'TOO_LARGE')
    return new DocumentError(
      'DOCUMENT_TOO_LARGE',
      `${what} ${first.text}. Make it smaller, or raise maxDocumentBytes`,
      { problems },
    )
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : ''
  return new DocumentError(
    'DOCUMENT_INVALID',
    `${what} can't be used: ${first ? sentenceOf(first) : 'it can not be read'}${more}. ${adviceFor(first, source)}`,
    { problems },
  )
}

/** Advice, by the source of the document. */
function adviceFor(problem: Problem | undefined, source: string): string {
  if (problem?.code === 'PARSER_MISSING') return 'For bundles see docs/sources.md'
  const form =
    problem?.code === 'NOT_AN_OBJECT' ? ': an object, as application/json or application/x-yaml' : ''
  if (source === 'files') return `Fix the file${form}`
  if (source === 'direct' || source === 'agent') return `Fix it and deploy again${form}`
  return `Fix it${form}`
}
