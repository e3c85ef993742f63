/**
 * From what a source answered to a version of its document.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { DocumentError } from '../errors.ts'
import { isPlainObject } from '../json.ts'
import { type DocumentId, documentName, type PollResult } from '../sources/source.ts'
import { parseDocument } from './parse-document.ts'
import type { Version } from './version.ts'
import type { VersionPool } from './version-pool.ts'

export interface ReadVersionOptions {
  readonly id: DocumentId
  readonly pool: VersionPool
  readonly maxDocumentBytes: number
  /** `object`: a content that is no object is refused. */
  readonly content: 'object' | 'any'
  readonly clock: Clock
}

let versionCount = 0

/**
 * @returns `current` where the answer is the content that is held.
 * @throws {DocumentError} for what can't be used; it names the document.
 */
export function readVersion(
  { body, contentType, versionLabel }: Extract<PollResult, { kind: 'content' }>,
  current: Version | undefined,
  { id, pool, maxDocumentBytes, content, clock }: ReadVersionOptions,
): Version {
  const revision = createHash('sha256').update(body).digest('hex').slice(0, 12)
  const isCurrent =
    current?.revision === revision &&
    current.contentType === contentType &&
    current.versionLabel === versionLabel
  if (isCurrent) return current
  const named = { revision, contentType, versionLabel }
  try {
    return pool.share(id, named, () => {
      const value = parseDocument({ body, contentType }, maxDocumentBytes)
      if (value === null || (content === 'object' && !isPlainObject(value)))
        throw notAnObject(value, contentType)
      return { ...named, id: ++versionCount, value, receivedAtMs: clock.now(), composed: false }
    })
  } catch (error) {
    throw withName(id, error as DocumentError)
  }
}

function notAnObject(value: unknown, contentType: string | undefined): DocumentError {
  return new DocumentError(
    'DOCUMENT_INVALID',
    `the document (${contentType ?? 'no content type'}) is ${kindOf(value)}, and a configuration is an object. Deploy an object, as application/json or application/x-yaml`,
  )
}

function kindOf(value: unknown): string {
  if (value === null) return 'null or empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`
}

function withName(id: DocumentId, error: DocumentError): DocumentError {
  return new DocumentError(error.code, `${documentName(id)}: ${error.message.replace(/^\S+ \S+: /, '')}`, {
    cause: error,
  })
}
