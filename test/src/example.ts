/**
 * An example that runs: what it prints is asked and typed as a newcomer would.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT, run } from './run.ts'

export interface RunningExample {
  /** Runs the printed line that holds both, and answers its output. */
  ask(who: string, path: string): Promise<string>
  /** Asks until the answer holds something. */
  until(who: string, path: string, holds: string): Promise<string>
  /** Types a word, and answers what is said to it. */
  type(word: string): Promise<string>
  readonly printed: string
  stop(): Promise<void>
}

export async function startExample(name: string, speed: number): Promise<RunningExample> {
  const main = join(ROOT, 'examples', name, 'dist/main.mjs')
  const child = spawn(process.execPath, [main, '--port', '0', '--speed', String(speed)], {
    stdio: 'pipe',
  })
  let text = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    errors += more
  })
  async function printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = text.match(pattern)
      if (match) return match[0]
      if (hasEnded(child)) throw new Error(`${name} ended: ${text}\n${errors}`)
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    }
  }
  const introduction = await printed(/[\s\S]*Stop: Ctrl-C\n/)

  async function ask(who: string, path: string): Promise<string> {
    const line = introduction.split('\n').find((one) => one.includes(who) && one.includes(path))
    if (line === undefined) throw new Error(`${name} printed no line of ${who} for ${path}: ${introduction}`)
    return (await run('sh', ['-c', line])).stdout
  }
  return {
    ask,
    printed: introduction,
    async until(who, path, holds) {
      for (;;) {
        const answer = await ask(who, path)
        if (answer.includes(holds)) return answer
      }
    },
    async type(word) {
      text = ''
      child.stdin.write(`${word}\n`)
      return printed(/.*\n/)
    },
    async stop() {
      if (hasEnded(child)) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
