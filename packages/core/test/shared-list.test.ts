import { describe, expect, it } from 'vitest'
import { sharedList } from '../src/shared-list.ts'

describe('equal lists', () => {
  const [a, b, c] = [{}, {}, {}]

  it('are one, and others are themselves', () => {
    const first = sharedList([a, b])
    expect(sharedList([a, b])).toBe(first)
    for (const other of [[c, b], [b], [a, b, undefined], [b, a]]) {
      expect(sharedList(other)).toBe(other)
      expect(sharedList([...other])).toBe(other)
    }
  })

  it('may end with what is not there, and hold nothing', () => {
    const list = sharedList([a, undefined])
    expect(sharedList([a, undefined])).toBe(list)
    expect(sharedList([])).toEqual([])
    expect(sharedList([undefined])).toEqual([undefined])
  })
})
