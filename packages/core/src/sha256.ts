/**
 * The hash that contents are told apart by.
 *
 * @module
 */
import { nodeModule } from './node-modules.ts'

/** The SHA-256 of bytes, in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return nodeModule('crypto').createHash('sha256').update(bytes).digest('hex')
}
