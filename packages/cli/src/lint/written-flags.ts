/**
 * The flags of a document, as they are written.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, objectAt } from '../documents/json.ts'
import { isAuthored } from '../documents/read-document.ts'

/** A flag as it is written: its definition and its variants. */
export interface WrittenFlag {
  readonly key: string
  /** Where it is found in the document. */
  readonly place: string
  /** Empty for a flag of a freeform document, which has none. */
  readonly definition: JsonObject
  readonly variants: readonly WrittenVariant[]
}

/** A variant as it is written. */
export interface WrittenVariant {
  readonly name: string
  readonly place: string
  /** The default has none, or an empty one. */
  readonly rule: string | undefined
}

/** Flags that are defined or have a value; in a freeform document booleans, and objects with enabled or variants. */
export function writtenFlags(document: JsonValue): readonly WrittenFlag[] {
  if (isAuthored(document)) return authoredFlags(document)
  if (!isPlainObject(document)) return []
  return Object.entries(document).flatMap(([key, value]) =>
    isFlag(value) ? [{ key, place: key, definition: {}, variants: variantsOf(key, value) }] : [],
  )
}

function authoredFlags(document: JsonObject): readonly WrittenFlag[] {
  const [definitions, values] = [objectAt(document, 'flags'), objectAt(document, 'values')]
  return [...new Set([...Object.keys(definitions), ...Object.keys(values)])].map((key) => {
    const place = `${Object.hasOwn(values, key) ? 'values' : 'flags'}.${key}`
    const variants = variantsOf(place, objectAt(values, key))
    return { key, place, definition: objectAt(definitions, key), variants }
  })
}

function isFlag(value: JsonValue): boolean {
  if (typeof value === 'boolean') return true
  return isPlainObject(value) && (Object.hasOwn(value, 'enabled') || Object.hasOwn(value, '_variants'))
}

function variantsOf(place: string, value: JsonValue): readonly WrittenVariant[] {
  const list = isPlainObject(value) ? value['_variants'] : undefined
  if (!Array.isArray(list)) return []
  return (list as readonly JsonValue[]).map((variant, at) => {
    const { name, rule } = isPlainObject(variant) ? variant : {}
    return {
      name: String(name),
      place: `${place}._variants.${at}`,
      rule: typeof rule === 'string' && rule !== '' ? rule : undefined,
    }
  })
}
