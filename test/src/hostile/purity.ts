/**
 * What hostile input must leave as it was, and what it must not become.
 *
 * @module
 */

const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
  Promise.prototype,
  Map.prototype,
]

/** All that is on the prototypes that everything inherits from. */
function snapshot(): string {
  return JSON.stringify(
    PROTOTYPES.map((prototype) =>
      Reflect.ownKeys(prototype).map((key) => {
        const { value, get } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
        return [String(key), typeof value, typeof get]
      }),
    ),
  )
}

const CLEAN = snapshot()

/** Nothing was added to a prototype, or taken from it. */
export function expectCleanPrototypes(): void {
  if (snapshot() !== CLEAN) throw new Error('a prototype has changed')
}

/** Frozen all the way down, plain, and without a key `__proto__`: objects, lists and what JSON has besides. */
export function expectFrozenJson(value: unknown): void {
  const open = new Set<unknown>([value])
  // A set grows while it is read, and holds each shared part once.
  for (const part of open) {
    const fault = faultOf(part)
    if (fault !== undefined) throw new Error(`a part ${fault}`)
    if (typeof part === 'object' && part !== null) for (const below of Object.values(part)) open.add(below)
  }
}

function faultOf(part: unknown): string | undefined {
  if (part === null || typeof part === 'string' || typeof part === 'boolean') return undefined
  if (typeof part === 'number') return Number.isFinite(part) ? undefined : 'is not finite'
  if (typeof part !== 'object') return `is a ${typeof part}`
  if (!Object.isFrozen(part)) return 'is not frozen'
  const prototype: unknown = Object.getPrototypeOf(part)
  if (prototype !== (Array.isArray(part) ? Array.prototype : Object.prototype)) return 'has another prototype'
  return Object.hasOwn(part, '__proto__') ? 'has a key __proto__' : undefined
}
