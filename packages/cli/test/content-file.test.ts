import { expect, it } from 'vitest'
import { problemOf } from '../src/content-file.ts'

it.each([
  ['{"a":1}', 'application/json', undefined],
  ['{"a":', 'application/json', /^is not JSON: /],
  ['a: 1\nb: [1, 2]', 'application/x-yaml', undefined],
  ['a: [1, 2', 'application/x-yaml', /^is not YAML: .*line 1/],
  ['whatever {', 'text/plain', undefined],
  ['', 'text/plain', /^is empty/],
] as const)('%s as %s', (text, type, problem) => {
  const found = problemOf(Buffer.from(text), type)

  if (problem === undefined) expect(found).toBeUndefined()
  else expect(found).toMatch(problem)
  expect(found ?? '').not.toContain('\n')
})
