/** Surroundings that remember what was printed. */
import type { Io, Output } from '../src/io.ts'

export interface MemoryIo extends Io {
  readonly stdout: MemoryOutput
  readonly stderr: MemoryOutput
}

export interface MemoryOutput extends Output {
  readonly text: string
}

export function memoryIo(env: Io['env'] = {}, now: Io['now'] = () => 0): MemoryIo {
  return {
    stdout: memoryOutput(),
    stderr: memoryOutput(),
    env,
    now,
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
