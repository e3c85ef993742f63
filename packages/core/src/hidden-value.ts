/**
 * Values beside objects of others, such as requests: a fast WeakMap.
 *
 * A WeakMap costs each object a hash, and an entry that the garbage collector has to visit: most of a
 * microsecond a request. A constructor that returns a given object can add a private field to it; that is as
 * invisible as an entry of a map, and as fast as a field.
 *
 * @module
 */

/**
 * One value beside each of many objects, invisible to code that does not hold this. An object's values go
 * when it goes.
 */
export interface HiddenValue<Value> {
  /** The value beside an object; undefined where none was set, and for what is no object. */
  get(object: object): Value | undefined
  /** Sets the value beside an object, also a frozen one. */
  set(object: object, value: Value): void
}

/** Makes `super(object)` in a derived class return that object. */
const Given = function given(object: object): object {
  return object
} as unknown as new (
  object: object,
) => object

/** Frameworks may pass something that is no object as a request. */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Makes a hidden value that no object has yet. */
export function createHiddenValue<Value>(): HiddenValue<Value> {
  class Holder extends Given {
    #value: Value

    constructor(object: object, value: Value) {
      super(object)
      this.#value = value
    }

    static get(object: object): Value | undefined {
      return isObject(object) && #value in object ? (object as Holder).#value : undefined
    }

    static set(object: object, value: Value): void {
      if (#value in object) (object as Holder).#value = value
      else new Holder(object, value)
    }
  }
  /** Values of objects that refuse a private field: JavaScript is to let those do so that can't be extended, one day. */
  let rest: WeakMap<object, Value> | undefined

  return {
    get: (object) => Holder.get(object) ?? rest?.get(object),
    // Tried, not asked for: `Object.isExtensible` takes as long as all else here.
    set(object, value) {
      try {
        Holder.set(object, value)
      } catch {
        rest ??= new WeakMap()
        rest.set(object, value)
      }
    },
  }
}
