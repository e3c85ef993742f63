/** Surroundings that remember what was printed. */
import type { Io, Output } from '../src/io.ts'

export interface MemoryIo extends Io {
  readonly stdout: MemoryOutput
  readonly stderr: MemoryOutput
}

export interface MemoryOutput extends Output {
  readonly text: string
}

export function memoryIo(
  env: Io['env'] = {},
  now: Io['now'] = () => 0,
  ask: Io['ask'] = undefined,
): MemoryIo {
  return {
    stdout: memoryOutput(),
    stderr: memoryOutput(),
    env,
    now,
    ask,
    interrupted: new AbortController().signal,
  }
}

export function memoryOutput(): MemoryOutput {
  let text = ''
  return {
    write(chunk) {
      text += chunk
    },
    get text() {
      return text
    },
  }
}
