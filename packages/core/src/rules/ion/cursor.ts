/**
 * A place in a text that is being read.
 *
 * @module
 */
import { RuleError, type RuleErrorCode } from '../rule-error.ts'

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y

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
    pattern.lastIndex = this.position
    const [taken] = pattern.exec(this.text) ?? []
    if (taken !== undefined) this.position += taken.length
    return taken
  }

  /** Comments are space. */
  skipSpace(): void {
    this.take(SPACE)
    if (this.startsWith('/*')) this.fail('a comment is not closed')
  }

  /** @throws {RuleError} always. */
  fail(problem: string, at: number = this.position, code?: RuleErrorCode): never {
    throw new RuleError(problem, this.text, at, code)
  }
}
