import { describe, expect, it } from 'vitest'
import { createHiddenValue } from '../src/hidden-value.ts'

describe('a hidden value', () => {
  it.each([
    ['an object', {}],
    ['a function', () => {}],
    ['an object without prototype', Object.create(null)],
    ['a frozen object', Object.freeze({})],
    ['a proxy', new Proxy({}, {})],
  ])('is kept beside %s, and seen nowhere', (_, object) => {
    const hidden = createHiddenValue<number>()

    expect(hidden.get(object)).toBeUndefined()
    hidden.set(object, 1)
    hidden.set(object, 2)

    expect(hidden.get(object)).toBe(2)
    expect(Reflect.ownKeys(object).filter((key) => !Reflect.ownKeys(() => {}).includes(key))).toEqual([])
    expect(createHiddenValue<number>().get(object)).toBeUndefined()
  })

  it('belongs to one object: copies, heirs and proxies have none', () => {
    const hidden = createHiddenValue<number>()
    const object = { key: 1 }
    hidden.set(object, 1)

    for (const other of [{ ...object }, Object.create(object), new Proxy(object, {})]) {
      expect(hidden.get(other)).toBeUndefined()
    }
  })

  it('is none of what is no object', () => {
    const hidden = createHiddenValue<number>()

    for (const value of [undefined, null, 1, 'text']) expect(hidden.get(value as never)).toBeUndefined()
  })
})
