/**
 * What rules look at: who the tenant is, and what the request knows.
 *
 * Read key by key, where it lies: no object is made of the two. The tenant is who it is: a request can't claim to be
 * another's, nor supply an attribute that the tenant names without a value.
 *
 * @module
 */
import type { Tenant } from '../tenants/tenant.ts'
import { murmur3Block } from './murmur3.ts'
import type { Operand } from './operand.ts'

/** What rules look at, as one object: the request's context with the tenant in it. */
export type RuleContext = Readonly<Record<string, string | number | boolean>>

/** What says who the tenant is: no request can set these. */
export const RESERVED_KEYS: readonly string[] = ['tenantId', 'tier', 'cell'] satisfies ReservedKey[]
type ReservedKey = 'tenantId' | 'tier' | 'cell'

/** A key that a rule looks at, prepared when the rule is compiled. */
export interface ContextKey {
  readonly name: string
  readonly reserved: ReservedKey | undefined
  /** Where {@link Facts} notes its value; keys may share a place. */
  readonly place: number
}

type Values = Readonly<Record<string, unknown>> | undefined

/** Who the tenant is, as far as rules look at it. */
interface Identity {
  readonly id?: unknown
  readonly tier?: unknown
  readonly cell?: unknown
  readonly attributes?: Values
}

/** A rule of AppConfig's length can look at a text hundreds of times. */
const LONGEST_TEXT = 8192
/** Places for notes: a power of two. Two keys with one place take turns, which costs time and nothing else. */
const PLACES = 32
const HASH_OF_NOTHING = murmur3Block('')

/** Prepares a key for {@link Facts}. */
export function contextKey(name: string): ContextKey {
  let sum = 0
  for (let at = 0; at < name.length; at++) sum = (sum * 31 + name.charCodeAt(at)) | 0
  const reserved = RESERVED_KEYS.includes(name) ? (name as ReservedKey) : undefined
  // The engine's own copy of the name, which it finds and compares at once.
  const [own = name] = Object.keys({ [name]: 0 })
  return { name: own, reserved, place: sum & (PLACES - 1) }
}

/** What one request's rules look at; the same answer however often they do. */
export class Facts {
  readonly #tenant: Identity | undefined
  readonly #context: Values
  /** By place: the key that was looked up, then its value. Made for those that look up many. */
  #notes: unknown[] | undefined
  /** The text that was hashed last, and its hash: most splits of a document are by one key. */
  #hashed = ''
  #hash = HASH_OF_NOTHING

  /** @param context that stays as it is. */
  private constructor(tenant: Identity | undefined, context: Values) {
    this.#tenant = tenant
    this.#context = context
  }

  /** Of a request. */
  static ofRequest(tenant: Tenant | undefined, context: Values): Facts {
    // A copy: what becomes of the caller's object changes no answer, and a getter is asked once.
    const copy = context && { ...context }
    return new Facts(tenant, copy)
  }

  /** Of one object with all there is to know. */
  static of(context: Readonly<Record<string, unknown>>): Facts {
    const [id, tier, cell] = RESERVED_KEYS.map((key) => ownValue(context, key))
    return new Facts({ id, tier, cell, attributes: undefined }, context)
  }

  /** Notes what is looked up from here on: for those who decide about many flags. */
  takeNotes(): void {
    this.#notes ??= new Array(2 * PLACES)
  }

  /** What an operator is given; undefined where the value is none of its kinds, or too long. */
  operandOf(key: ContextKey): Operand | undefined {
    const value = this.#valueOf(key)
    if (typeof value === 'string') return value.length <= LONGEST_TEXT ? value : undefined
    // JavaScript callers can put anything into a context.
    return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
  }

  /** Whether there is a value, of whatever kind: undefined and null are as if the key were left out. */
  has(key: ContextKey): boolean {
    const value = this.#valueOf(key)
    return value !== undefined && value !== null
  }

  /** The hash of a value that a `split` is by, as {@link murmur3Block}. */
  hashOf(text: string): number {
    if (text !== this.#hashed) {
      this.#hash = murmur3Block(text)
      this.#hashed = text
    }
    return this.#hash
  }

  #valueOf(key: ContextKey): unknown {
    const notes = this.#notes
    if (notes === undefined) return this.#find(key)
    const at = 2 * key.place
    if (notes[at] === key.name) return notes[at + 1]
    const value = this.#find(key)
    notes[at] = key.name
    notes[at + 1] = value
    return value
  }

  #find({ name, reserved }: ContextKey): unknown {
    const tenant = this.#tenant
    if (reserved !== undefined)
      return reserved === 'tier' ? tenant?.tier : reserved === 'cell' ? tenant?.cell : tenant?.id
    const attributes = tenant?.attributes
    if (attributes !== undefined && Object.hasOwn(attributes, name)) return attributes[name]
    return ownValue(this.#context, name)
  }
}

function ownValue(values: Values, key: string): unknown {
  return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined
}
