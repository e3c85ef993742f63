import { describe, expect, it } from 'vitest'
import { bothSides } from '../../src/testing.ts'

describe('bothSides', () => {
  it('declares one suite for each side', () => {
    const declared: unknown[] = []

    bothSides('featureA', (isOn) => declared.push(isOn), {
      describe: (name, suite) => {
        declared.push(name)
        suite()
      },
    })

    expect(declared).toEqual(['featureA off', false, 'featureA on', true])
  })

  it('says what to do where there is no describe', () => {
    expect(() => bothSides('featureA', () => {})).toThrow(/found no global describe. Import it/)
    expect(() => bothSides('', () => {}, { describe })).toThrow(/flag/)
  })
})

bothSides(
  'featureA',
  (isOn) => {
    it('runs by the describe it was given', ({ task }) => {
      expect(task.suite?.name).toBe(isOn ? 'featureA on' : 'featureA off')
    })
  },
  { describe },
)
