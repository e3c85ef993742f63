/**
 * Compiling many small projects.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ROOT, run } from './run.ts'

const COMPILER = join(ROOT, 'node_modules/.bin/tsc')

/**
 * Compiles the project in each folder. As many at a time as there are cores: all at once would take the machine's memory.
 *
 * @returns what the compiler has to say of them all.
 */
export async function compile(folders: readonly string[]): Promise<string> {
  const waiting = [...folders]
  const said: string[] = []
  async function compileWaiting(): Promise<void> {
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop())
      said.push((await run(COMPILER, ['-p', folder], join(ROOT, 'test'))).stdout)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, compileWaiting))
  return said.join('')
}
