/**
 * The content that a rollout deploys.
 *
 * @module
 */

/** Bytes and what they are. */
export interface Content {
  readonly bytes: Uint8Array
  /** Their media type, such as `application/json`. */
  readonly contentType: string
}
