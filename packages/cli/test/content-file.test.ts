import { loadParser } from '@appconfig-kit/core/documents'
import { expect, it } from 'vitest'
import { problemOf } from '../src/content-file.ts'

it.each([
  ['{"a":1}', 'application/json', undefined],
  ['\uFEFF{"a":1}', 'application/json', undefined],
  ['{"a":', 'application/json', { line: 1, column: 6, problem: /^is not JSON: / }],
  ['a: 1\nb: [1, 2]', 'application/x-yaml', undefined],
  ['a: [1, 2', 'application/x-yaml', { line: 1, problem: /^is not YAML/ }],
  ['a: 1\n---\n', 'application/x-yaml', { line: 2, problem: /a second document/ }],
  ['whatever {', 'text/plain', undefined],
  ['', 'text/plain', { problem: /^is empty/ }],
  ['null', 'application/json', { problem: /^holds nothing/ }],
] as const)('%j as %s', async (text, contentType, expected) => {
  await loadParser({ contentType })
  const found = problemOf(Buffer.from(text), contentType)

  if (expected === undefined) expect(found).toBeUndefined()
  else expect(found).toMatchObject({ ...expected, problem: expect.stringMatching(expected.problem) })
})
