/**
 * The check `duplicate-key`: a key that is twice in an object of a JSON file, of which the last counts. YAML refuses it.
 *
 * @module
 */
import { duplicateKeys } from '@appconfig-kit/core/documents'
import type { Check } from './check.ts'

/** Finds keys that an object of a JSON file has twice. */
export const duplicateKey: Check = ({ json }) =>
  duplicateKeys(json ?? '').map(({ text, code: _, ...where }) => ({ ...where, problem: text }))
