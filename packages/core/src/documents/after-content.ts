/**
 * From a content to the state of its document.
 *
 * @module
 */
import type { DocumentError } from '../errors.ts'
import type { Parsed } from '../reading/parsed.ts'
import type { DocumentOptions } from './document-ports.ts'
import { type DocumentState, withContent, withUnreadable } from './document-state.ts'
import { type ReadableContent, type ReadVersionPorts, readVersion } from './read-version.ts'

/** A state and, where the content could not be read, why. */
export interface StateAfterContent {
  readonly state: DocumentState
  readonly error: DocumentError | undefined
}

/** The state after the source has answered with a content. */
export function afterContent(
  content: ReadableContent,
  prepared: Parsed | undefined,
  state: DocumentState,
  { id, content: wanted }: DocumentOptions,
  ports: ReadVersionPorts,
): StateAfterContent {
  const nowMs = ports.clock.now()
  try {
    const version = readVersion(content, state.current, id, wanted, ports, prepared)
    return { state: withContent(state, version, nowMs), error: undefined }
  } catch (thrown) {
    const error = thrown as DocumentError
    return { state: withUnreadable(state, error, nowMs), error }
  }
}
