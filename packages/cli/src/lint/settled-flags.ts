/**
 * Which flags are settled: on for everybody, or off for everybody, in all documents given.
 *
 * Whether a document is a layer above another or belongs to another environment is not known here, so a flag is
 * settled only where that makes no difference: it is on in every document, or on in none.
 *
 * @module
 */
import { isPlainObject, type JsonValue } from '../documents/json.ts'

/** A document as far as this looks at it. */
export interface GivenDocument {
  readonly file: string
  /** As requests see it; undefined for one that is not valid. */
  readonly value: JsonValue | undefined
}

/** What the documents together say of a flag. */
export type Settled =
  | { readonly state: 'on' }
  | {
      readonly state: 'off'
      /** Whether every document has the flag, so that a default in the code never counts. */
      readonly isEverywhere: boolean
    }
  | {
      readonly state: 'unsettled'
      /** The rest of a sentence that begins with the flag. */
      readonly because: string
    }

/** What the documents together say of a flag that at least one of them has. */
export function settledBy(documents: readonly GivenDocument[], flag: string): Settled {
  const states = documents.map(({ file, value }) => ({ file, state: stateIn(value, flag) }))
  const fileOf = (state: StateIn): string | undefined => states.find((each) => each.state === state)?.file
  const [invalid, depends] = [fileOf('unknown'), fileOf('depends')]
  if (invalid !== undefined) return unsettled(`may be anything in ${invalid}, which is not valid`)
  if (depends !== undefined) return unsettled(`depends on the request in ${depends}`)
  const [on, off, absent] = [fileOf('on'), fileOf('off'), fileOf('absent')]
  if (on === undefined) return { state: 'off', isEverywhere: absent === undefined }
  if (off !== undefined) return unsettled(`is on in ${on} and off in ${off}`)
  if (absent !== undefined) return unsettled(`is on in ${on} and not in ${absent}`)
  return { state: 'on' }
}

function unsettled(because: string): Settled {
  return { state: 'unsettled', because }
}

type StateIn = 'on' | 'off' | 'depends' | 'absent' | 'unknown'

function stateIn(document: JsonValue | undefined, flag: string): StateIn {
  if (document === undefined) return 'unknown'
  if (!isPlainObject(document) || !Object.hasOwn(document, flag)) return 'absent'
  const value = document[flag]
  if (!isPlainObject(value)) return value === true ? 'on' : 'off'
  const { enabled, _variants: variants } = value
  // `enabled: false` beside variants switches the flag off.
  if (!Array.isArray(variants) || variants.length === 0 || enabled === false)
    return enabled === true ? 'on' : 'off'
  const states = new Set((variants as readonly JsonValue[]).map(isOn))
  if (states.size > 1) return 'depends'
  return states.has(true) ? 'on' : 'off'
}

/** A variant's `enabled` may be a text that means a boolean: its first character says which. */
function isOn(variant: JsonValue): boolean {
  const enabled = isPlainObject(variant) ? variant['enabled'] : undefined
  return enabled === true || (typeof enabled === 'string' && /^[1tT]/.test(enabled))
}
