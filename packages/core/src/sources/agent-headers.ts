/**
 * What becomes a header of a request to the Agent.
 *
 * @module
 */
import { OptionsError, shapeOf } from '../errors.ts'

const MOST_ENTITY_BYTES = 2048

/**
 * Checks the URL and the token, both of which `fetch` refuses at each call, with a text that quotes them.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`.
 */
export function checkSecrets(baseUrl: string, accessToken: string | undefined): void {
  const { username, password } = new URL(baseUrl)
  if (username !== '' || password !== '')
    throw new OptionsError(
      'OPTIONS_INVALID',
      'agent: baseUrl holds a user name or a password, which the Agent does not know. Give its ACCESS_TOKEN as accessToken',
    )
  if (accessToken !== undefined && !/^[\x21-\x7e]+$/.test(accessToken))
    throw new OptionsError(
      'OPTIONS_INVALID',
      `agent: accessToken is ${shapeOf(accessToken)}. Give visible ASCII characters: it becomes a header`,
    )
}

/** @throws {OptionsError} `OPTIONS_INVALID` for an `Entity-Id` that is no header. */
export function checkEntity(entity: string): string {
  if (typeof entity !== 'string' || !/^[\x21-\x7e]+$/.test(entity) || entity.length > MOST_ENTITY_BYTES) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `agent: entityId gave ${shapeOf(entity)}. Return 1 to ${MOST_ENTITY_BYTES} visible ASCII characters: it becomes a header`,
    )
  }
  return entity
}

/** Rules that are evaluated in this process ignore longer texts, too. */
const LONGEST_TEXT = 8192

/** Pairs are separated by commas in a header, and AWS documents no escape for them. */
export function canBeCarried([key, value]: readonly [string, unknown]): boolean {
  if (!/^\w+$/.test(key) || !['string', 'number', 'boolean'].includes(typeof value)) return false
  if (typeof value === 'number' && !Number.isFinite(value)) return false
  const text = String(value)
  if (text.length > (key === 'entityId' ? MOST_ENTITY_BYTES : LONGEST_TEXT)) return false
  return /^[\x20-\x2b\x2d-\x7e]*$/.test(text) && text.trim() === text
}
