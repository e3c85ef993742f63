/** Types as the command prints them, and as tests write them. */
import { expect } from 'vitest'
import { cli } from './documents.ts'

/** What is printed between the header and the registration. */
export async function typesOf(...files: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli('types', '--no-register', ...files)
  expect([code, stderr]).toEqual([0, ''])
  const [header, ...lines] = stdout.trimEnd().split('\n\n')
  expect(header).toMatch(/^\/\/ [^\n]+$/)
  return lines.join('\n\n')
}

export const config = (...members: string[]): string =>
  ['export interface Config {', ...members, '}'].join('\n')
