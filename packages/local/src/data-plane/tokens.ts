/**
 * Session tokens: sealed, opaque, carrying all a session is.
 *
 * As far as can be seen from outside, AWS's are the same: a long base64 message, with `+`, `/` and
 * `=` in it, that a client must percent-encode. A token says everything about its session, so
 * sessions cost no memory but a serial number each, and outlive a restart when state is kept.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { isObject } from '../resources/members.ts'
import { type State, tokenSecret } from '../store/state.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Chosen so that the base64 is a bit shorter than AWS's and ends in a single `=`. */
const PAYLOAD_BYTES = 550

/** The content of a token. */
export interface Session {
  readonly id: string
  /** Counts the session's tokens; one that was spent may not come again. */
  readonly serial: number
  readonly applicationId: string
  readonly environmentId: string
  readonly profileId: string
  /** The poll interval the session asked for. */
  readonly intervalSeconds: number | undefined
  /** When this token was issued, in milliseconds since the epoch. */
  readonly issuedAtMs: number
  /** The number of the version the client has; absent until it got one. */
  readonly heldVersion: number | undefined
}

/** Makes a token of a session. */
export function sealToken(state: State, session: Session): string {
  const payload = Buffer.alloc(PAYLOAD_BYTES, ' ')
  payload.write(JSON.stringify(session))
  for (;;) {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', tokenSecret(state), nonce)
    const sealed = Buffer.concat([nonce, cipher.update(payload), cipher.final(), cipher.getAuthTag()])
    const token = sealed.toString('base64')
    // Nearly always so; certain, so that no client gets away with not encoding.
    if (token.includes('+') && token.includes('/') && token.includes('=')) return token
  }
}

/** The session of a token, or `undefined` if it is none of ours. */
export function openToken(state: State, token: string): Session | undefined {
  const sealed = Buffer.from(token, 'base64')
  if (sealed.length !== NONCE_BYTES + PAYLOAD_BYTES + TAG_BYTES) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', tokenSecret(state), sealed.subarray(0, NONCE_BYTES))
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    const payload = Buffer.concat([
      decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ])
    const session: unknown = JSON.parse(payload.toString())
    return isObject(session) ? (session as unknown as Session) : undefined
  } catch {
    return undefined
  }
}
