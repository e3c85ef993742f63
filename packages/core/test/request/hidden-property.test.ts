import { describe, expect, it } from 'vitest'
import { hiddenProperty } from '../../src/request/hidden-property.ts'

describe('a hidden property', () => {
  it('is held by the object it was given to, and seen by nobody', () => {
    const held = hiddenProperty<string>()
    const request = { url: '/' }
    expect(held.get(request)).toBeUndefined()
    held.set(request, 'decided')
    expect(held.get(request)).toBe('decided')
    expect(Reflect.ownKeys(request)).toEqual(['url'])
    expect(JSON.stringify(request)).toBe('{"url":"/"}')
  })

  it('is no other object’s: not of a copy, of an heir, of a proxy, nor of another property', () => {
    const held = hiddenProperty<string>()
    const request = { url: '/' }
    held.set(request, 'decided')
    const others = [{ ...request }, Object.create(request), new Proxy(request, {})]
    for (const other of others) expect(held.get(other)).toBeUndefined()
    for (const [at, other] of others.entries()) held.set(other, String(at))
    expect(others.map((other) => held.get(other))).toEqual(['0', '1', '2'])
    expect(held.get(request)).toBe('decided')
    expect(hiddenProperty<string>().get(request)).toBeUndefined()
  })

  it('is held for objects that take no fields, too', () => {
    const held = hiddenProperty<number>()
    const [frozen, sealed, call] = [Object.freeze({}), Object.seal({}), () => {}]
    for (const [at, object] of [frozen, sealed, call].entries()) held.set(object, at)
    expect([frozen, sealed, call].map((object) => held.get(object))).toEqual([0, 1, 2])
    const later = {}
    held.set(later, 3)
    expect(held.get(Object.freeze(later))).toBe(3)
  })

  it('is not there for what is no object', () => {
    const held = hiddenProperty<string>()
    for (const nothing of [undefined, null, 'text', 1] as never[]) {
      expect(held.get(nothing)).toBeUndefined()
      expect(() => held.set(nothing, 'x')).toThrow(TypeError)
    }
  })
})
