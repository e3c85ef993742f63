/** Whatever bytes a document has, reading it ends: in a frozen value, or in problems with a place. */
import { loadParser, type Problem, readDocument } from '@appconfig-kit/core/documents'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { check, SEED, TIMEOUT_MS } from '../../src/hostile/fuzz.ts'
import { KEPT } from '../../src/hostile/kept-documents.ts'
import { expectCleanPrototypes, expectFrozenJson } from '../../src/hostile/purity.ts'
import { contentType, damaged, ionText, jsonText, yamlText } from '../../src/hostile/texts.ts'

const CODES: readonly Problem['code'][] = [
  'TOO_LARGE',
  'NOT_UTF8',
  'NOT_JSON',
  'NOT_YAML',
  'NOT_ION',
  'EMPTY',
  'NOT_AN_OBJECT',
  'TOO_DEEP',
  'TOO_MANY_VALUES',
  'TOO_MANY_KEYS',
  'TOO_COSTLY',
  'VALUE_REFUSED',
  'KEY_REFUSED',
  'KEY_TWICE',
  'FLAG_INVALID',
  'RULE_INVALID',
]

interface Raw {
  readonly body: Uint8Array
  readonly contentType: string | undefined
}

function expectReadable(raw: Raw): void {
  const { value, problems, locate, text } = readDocument(raw)
  expectCleanPrototypes()
  const lines = (text ?? '').split('\n').length
  if (value === undefined) {
    expect(problems.length).toBeGreaterThan(0)
    for (const { code, line, column } of problems) {
      expect(CODES).toContain(code)
      if (line !== undefined && text !== undefined) expect(line).toBeLessThanOrEqual(lines)
      if (column !== undefined) expect(column).toBeGreaterThan(0)
    }
    return
  }
  expect(problems).toEqual([])
  expectFrozenJson(value)
  expect(readDocument(raw).value).toEqual(value)
  // Positions are asked for by those who complain about values.
  for (const key of Object.keys(Object(value))) {
    const position = locate(`${key}.a.0`)
    if (position !== undefined) expect(position.line).toBeLessThanOrEqual(lines)
  }
}

beforeAll(() => loadParser({ contentType: 'application/x-yaml' }))

describe(`documents of seed ${SEED}`, { timeout: TIMEOUT_MS }, () => {
  const encoded = (text: string) => Buffer.from(text)
  const bodies = {
    'JSON with odd keys': [jsonText.map(encoded), 'application/json'],
    'damaged JSON': [damaged(jsonText), 'application/json'],
    'YAML of signs': [yamlText.map(encoded), 'application/x-yaml'],
    'damaged YAML': [damaged(yamlText), 'application/x-yaml'],
    'JSON as YAML': [damaged(jsonText), 'application/x-yaml'],
    'Ion of signs': [ionText.map(encoded), 'application/ion'],
    'any bytes': [fc.uint8Array({ maxLength: 100 }), undefined],
  } as const

  it.each(Object.entries(bodies))('are read or refused: %s', (_, [body, type]) => {
    check<Raw>(fc.record({ body, contentType: fc.constant(type) }), 600, expectReadable)
  })

  it('are read or refused, whatever type they claim to have', () => {
    const body = fc.oneof(damaged(jsonText), damaged(yamlText), damaged(ionText), fc.uint8Array())
    check<Raw>(fc.record({ body, contentType }), 600, expectReadable)
  })

  it.each(Object.entries(KEPT))(
    'found before are refused or read: %s',
    (_, { body, contentType: type, code }) => {
      const raw = { body: typeof body === 'string' ? encoded(body) : body, contentType: type }

      expectReadable(raw)
      expect(readDocument(raw).problems[0]?.code).toBe(code)
    },
  )
})
