/** Files for commands to read, in a folder of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

/** Writes a file and answers its path. */
export function file(name: string, content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export async function cli(...args: string[]): Promise<Ran> {
  const io = memoryIo()
  const code = await runCli(args, io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

/** An authored flags document. Definitions that have no name get one. */
export function flags(values: object, definitions: object = {}): object {
  const named = Object.entries(definitions).map(([key, definition]) => [key, { name: key, ...definition }])
  return { version: '1', flags: Object.fromEntries(named), values }
}
