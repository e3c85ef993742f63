/**
 * From the answer of a source to a version of its document.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import { DocumentError } from '../errors.ts'
import { type Problem, sentenceOf } from '../reading/problem.ts'
import { notAnObject, prepareReading, readDocumentInSteps } from '../reading/read-document.ts'
import { LARGE_TEXT } from '../reading/read-json.ts'
import type { Prepared } from '../reading/yaml-thread.ts'
import { sha256 } from '../sha256.ts'
import { type DocumentId, documentName, type PollResult, type Source } from '../sources/source.ts'
import { finish, finishInLaterTurns, finishInTurns, type Steps } from '../turns.ts'
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

/** What a version is read for. */
export interface Wanted {
  readonly id: DocumentId
  /** `object` and `sections`: any other content is refused. */
  readonly content: 'object' | 'any' | 'sections'
}

let versionCount = 0

/**
 * The version of an answer, read at once.
 *
 * @throws {DocumentError} `DOCUMENT_TOO_LARGE` or `DOCUMENT_INVALID`; it names the document.
 */
export function readVersion(
  content: ReadableContent,
  wanted: Wanted,
  ports: Omit<ReadVersionPorts, 'pool'>,
): Version {
  const revision = revisionOf(content.body)
  return finish(readInSteps(content, { revision, receivedAtMs: ports.clock.now() }, wanted, ports))
}

/**
 * The version of an answer: of a small one at once, of a large one in turns between which requests are answered.
 *
 * @param current is the version where the answer is the content that is held.
 * @param signal ends reading.
 * @param receivedAtMs when it arrived, if that was not now.
 * @throws {DocumentError} as {@link readVersion} does; where it returns a promise, that rejects.
 */
export function readVersionInTurns(
  content: ReadableContent,
  current: Version | undefined,
  wanted: Wanted,
  ports: ReadVersionPorts,
  signal: AbortSignal,
  receivedAtMs: number = ports.clock.now(),
): Version | Promise<Version> {
  if (isSmall(content)) return share(revisionOf(content.body))
  // Several may arrive at once, and each is hashed in one go.
  return finishInLaterTurns(hashInSteps(content.body), { signal }).then(share)

  function share(revision: string): Version | Promise<Version> {
    const { contentType, versionLabel } = content
    const isCurrent =
      current?.revision === revision &&
      current.contentType === contentType &&
      current.versionLabel === versionLabel
    if (isCurrent) return current
    const named = { revision, contentType, versionLabel }
    return ports.pool.share(wanted.id, named, signal, (shared) =>
      readPrepared(content, { revision, receivedAtMs }, wanted, ports, shared),
    )
  }
}

/** Reading it takes some milliseconds at most. */
function isSmall({ body }: ReadableContent): boolean {
  return body.byteLength <= LARGE_TEXT
}

function readPrepared(
  content: ReadableContent,
  arrival: Arrival,
  wanted: Wanted,
  ports: ReadVersionPorts,
  signal: AbortSignal,
): Version | Promise<Version> {
  const { maxDocumentBytes: maxBytes, clock } = ports
  const read = (prepared?: Prepared): Version | Promise<Version> => {
    const steps = readInSteps(content, arrival, wanted, ports, prepared)
    return isSmall(content) ? finish(steps) : finishInTurns(steps, { signal })
  }
  return prepareReading(content, { maxBytes }, clock, signal)?.then(read) ?? read()
}

function revisionOf(body: Uint8Array): string {
  return sha256(body).slice(0, 12)
}

function* hashInSteps(body: Uint8Array): Steps<string> {
  const revision = revisionOf(body)
  yield
  return revision
}

interface Arrival {
  readonly revision: string
  readonly receivedAtMs: number
}

function* readInSteps(
  { body, contentType, versionLabel }: ReadableContent,
  { revision, receivedAtMs }: Arrival,
  { id, content: wanted }: Wanted,
  { source, maxDocumentBytes, backup }: Omit<ReadVersionPorts, 'pool' | 'clock'>,
  prepared?: Prepared,
): Steps<Version> {
  const reading = yield* readDocumentInSteps({ body, contentType }, { maxBytes: maxDocumentBytes }, prepared)
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
