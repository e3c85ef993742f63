/**
 * The parts of the process that a command uses, as a parameter for tests.
 *
 * @module
 */
import { visibleLines } from './printing/visible.ts'

/** A terminal, a pipe or a file. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  /** How wide a terminal is now. */
  readonly columns?: number | undefined
}

/** The surroundings of a command. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  now(): number
  /** Asks at a terminal and resolves to the line that is typed; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly interrupted: AbortSignal
}

/** Prints a line, or several of ours; control characters of others are shown, not sent. */
export function printLine(output: Output, line: string): void {
  output.write(`${visibleLines(line)}\n`)
}

/** Prints a value as one line of JSON, as `--json` promises. */
export function printJson(output: Output, value: object): void {
  printLine(output, JSON.stringify(value))
}
