/**
 * Questions at a terminal.
 *
 * @module
 */
import { createInterface } from 'node:readline/promises'

/**
 * A function that asks one question. The end of the input (Ctrl-D) answers nothing.
 *
 * @returns undefined unless input and output are both a terminal.
 */
export function askAt(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  interrupted: AbortSignal,
): ((question: string) => Promise<string>) | undefined {
  if (!input.isTTY || !output.isTTY) return undefined
  return async (question) => {
    // Not as a terminal: readline would take Ctrl-C for itself.
    const lines = createInterface({ input, output, terminal: false })
    try {
      const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
      return await Promise.race([lines.question(question, { signal: interrupted }), ended])
    } finally {
      lines.close()
    }
  }
}
