/**
 * Documents by a generator: the same seed gives the same.
 *
 * @module
 */
import fc from 'fast-check'
import type { CorpusDocument } from '../document-corpus.ts'
import { utf8 } from './pieces.ts'

/** At least so many. */
const GENERATED = 300

/** Documents of flags of which one part or another is odd, and texts with a piece out of place. */
export function generatedDocuments(seed: number): CorpusDocument[] {
  const { constantFrom: one, record, array, dictionary, option, tuple } = fc
  const optional = { requiredKeys: [] as never[] }
  const key = one('f', 'g', 'flag-1', 'F', '', 'a.b', 'constructor', '1a')
  const scalar = one<unknown>(
    true,
    1,
    0,
    2.5,
    'blue',
    'red',
    '',
    null,
    [],
    ['a'],
    ['A', 1],
    {},
    'x'.repeat(1025),
  )
  const enabled = one<unknown>(true, false, 'true', 'F', 'yes', 1, null)
  const rule = one<unknown>(
    '(eq $a 1)',
    '(eq $a)',
    '',
    '(and (exists key::"a") (lt $b 5))',
    '$a',
    '(x)',
    1,
    '((',
  )
  const stamp = one<unknown>('2024-01-31T12:00:00Z', '2024-01-31', 1)
  const constraints = fc.oneof(
    record({ type: one('number', 'integer'), minimum: one(1, 0.5, '1'), required: one(true, 1) }, optional),
    record({ type: one('string'), pattern: one('^b', '(', 5), enum: one([], ['blue'], ['a', 1]) }, optional),
    record({ type: one('array'), elements: one({ type: 'string' }, { type: 'boolean' }, {}) }, optional),
    record({ type: one('boolean'), required: one(true, false) }, optional),
  )
  const attributes = dictionary(one('a', 'b', 'enabled', 'A'), record({ constraints }, optional), {
    maxKeys: 3,
  })
  const definition = record({ name: one('F', '', 1), attributes, _createdAt: stamp, more: scalar }, optional)
  const variant = record(
    {
      name: one('x', 'y', '', 1),
      enabled,
      rule,
      attributeValues: dictionary(one('a', 'b'), scalar, { maxKeys: 2 }),
    },
    optional,
  )
  const basic = record({ enabled, a: scalar, b: scalar, _updatedAt: stamp }, optional)
  const value = fc.oneof(
    basic,
    record({ _variants: array(variant, { maxLength: 3 }), enabled }, optional),
    scalar,
  )
  const document = record(
    {
      version: one<unknown>('1', '1', '1', '1', '2', 1),
      flags: dictionary(key, definition, { maxKeys: 2 }),
      values: dictionary(key, value, { maxKeys: 2 }),
    },
    { noNullPrototype: true },
  )
  const torn = tuple(
    fc.json({ maxDepth: 3 }),
    fc.nat(),
    one('', ',', '}', '"', '\n', '1', ' ', ':'),
    option(one(1, 2)),
  )
  const flags = fc.sample(document, { numRuns: (GENERATED * 2) / 3, seed })
  const pieces = fc.sample(torn, { numRuns: GENERATED / 3, seed })
  return [
    ...flags.map((content, at): CorpusDocument => {
      const body = utf8(JSON.stringify(content))
      return {
        name: `generated flags ${at}: ${JSON.stringify(content)}`,
        extension: 'json',
        body,
        isFlags: true,
      }
    }),
    ...pieces.map(([json, at, piece, cut], index): CorpusDocument => {
      const place = at % (json.length + 1)
      const text = json.slice(0, place) + piece + json.slice(place + (cut ?? 0))
      const extension = index % 2 === 0 ? 'json' : 'yaml'
      return { name: `generated text ${index}: ${text}`, extension, body: utf8(text), isFlags: false }
    }),
  ]
}
