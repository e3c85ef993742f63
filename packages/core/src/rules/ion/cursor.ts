/**
 * A place in a text that is being read.
 *
 * @module
 */
import { RuleError, type RuleErrorCode } from '../rule-error.ts'

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y

const SPACE_CODE = 32
const SLASH = 47

/** A position in the text of a rule. */
export class Cursor {
  readonly text: string
  position = 0

  constructor(text: string) {
    this.text = text
  }

  get isAtEnd(): boolean {
    return this.position >= this.text.length
  }

  /** The character here; undefined at the end. */
  get next(): string | undefined {
    return this.text[this.position]
  }

  startsWith(part: string): boolean {
    return this.text.startsWith(part, this.position)
  }

  /** What a sticky pattern matches here, and goes behind it. */
  take(pattern: RegExp): string | undefined {
    const from = this.position
    pattern.lastIndex = from
    if (!pattern.test(this.text)) return undefined
    this.position = pattern.lastIndex
    return this.text.slice(from, this.position)
  }

  /** Comments are space. */
  skipSpace(): void {
    const code = this.text.charCodeAt(this.position)
    if (code > SPACE_CODE && code < 127 && code !== SLASH) return
    SPACE.lastIndex = this.position
    if (SPACE.test(this.text)) this.position = SPACE.lastIndex
    if (this.startsWith('/*')) this.fail('a comment is not closed')
  }

  /** @throws {RuleError} always. */
  fail(problem: string, at: number = this.position, code?: RuleErrorCode): never {
    throw new RuleError(problem, this.text, at, code)
  }
}
