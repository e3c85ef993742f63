/**
 * Whether a value equals one of many constants.
 *
 * @module
 */
import { compare, isNumber, numberIn } from './compare.ts'
import { keyOfNumber } from './exact-number.ts'
import type { Operand } from './operand.ts'

/** Whether a value equals one of these; numbers and texts are found at once, however many there are. */
export function equalsOneOf(constants: readonly Operand[]): (value: Operand) => boolean {
  const texts = new Set(constants.filter((constant) => typeof constant === 'string'))
  const numbers = new Set(constants.filter(isNumber).map(keyOfNumber))
  const numbersInTexts = new Set([...texts].map(numberIn).filter(isNumber).map(keyOfNumber))
  const others = constants.filter((constant) => typeof constant !== 'string' && !isNumber(constant))
  return (value) => {
    if (isNumber(value)) {
      const key = keyOfNumber(value)
      return numbers.has(key) || numbersInTexts.has(key)
    }
    if (typeof value !== 'string') return constants.some((constant) => compare(value, constant) === 0)
    if (texts.has(value)) return true
    const number = numbers.size > 0 ? numberIn(value) : undefined
    if (number !== undefined && numbers.has(keyOfNumber(number))) return true
    return others.length > 0 && others.some((constant) => compare(value, constant) === 0)
  }
}
