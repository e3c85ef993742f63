import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'validate-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function validate(files: Readonly<Record<string, string | Uint8Array>>, ...options: string[]) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  const documents = Object.keys(files).filter((name) => !name.startsWith('schema'))
  const io = memoryIo()
  const paths = documents.map((name) => join(folder, name))
  const code = await runCli(
    ['validate', ...paths, ...options.map((option) => option.replace('FOLDER', folder))],
    io,
  )
  return {
    code,
    lines: io.stdout.text.replaceAll(`${folder}/`, '').trimEnd().split('\n'),
    stderr: io.stderr.text,
  }
}

const flags = (values: object, attributes: object = {}) =>
  JSON.stringify({ version: '1', flags: { checkout: { name: 'Checkout', attributes } }, values })
const color = { color: { constraints: { type: 'string', enum: ['blue', 'green'] } } }

describe('validate', () => {
  it('is content with what AppConfig takes', async () => {
    const variants = {
      _variants: [
        { name: 'a', enabled: true, rule: '(eq $tier "gold")' },
        { name: 'b', enabled: false, rule: '' },
      ],
    }
    const { code, lines } = await validate({
      'flags.json': flags({ checkout: { enabled: true, color: 'blue' } }, color),
      'free.json': JSON.stringify({ limit: 1, checkout: variants }),
      'free.yaml': 'limit: 1\n',
    })
    expect([code, lines]).toEqual([0, ['All 3 files are valid.']])
  })

  it.each<[string, string, string]>([
    [
      'an attribute',
      flags({ checkout: { enabled: true, color: 'red' } }, color),
      'values.checkout.color: is not among the texts of its definition',
    ],
    ['a flag’s key', flags({ Checkout: { enabled: true } }), 'values.Checkout: must have a key of'],
    [
      'a wrong enabled',
      flags({ checkout: { enabled: 1 } }),
      'values.checkout.enabled: must be true or false',
    ],
    [
      'a rule, with the spot',
      flags({
        checkout: {
          _variants: [
            { name: 'a', enabled: true, rule: '(ne $a 1)' },
            { name: 'b', enabled: false },
          ],
        },
      }),
      'values.checkout._variants.0.rule: there is no operator "ne" at 1:2: (-->ne $a 1)',
    ],
    [
      'a default that has a rule',
      JSON.stringify({ checkout: { _variants: [{ name: 'a', enabled: true, rule: '(exists key::"a")' }] } }),
      'checkout._variants.0.rule: must not be there: the last variant is the default',
    ],
    [
      'an empty rule that is no default’s',
      JSON.stringify({
        checkout: {
          _variants: [
            { name: 'a', enabled: true, rule: '' },
            { name: 'b', enabled: true },
          ],
        },
      }),
      'checkout._variants.0.rule: is missing: only the last variant has none',
    ],
    ['what is no JSON', '{"a":', 'is not JSON: it ends too early'],
  ])('names the place of %s', async (_, content, says) => {
    const { code, lines } = await validate({ 'document.json': content })
    expect(code).toBe(1)
    expect(lines[0]).toMatch(/^document\.json:1:\d+: /)
    expect(lines[0]).toContain(`: ${says}`)
  })

  it('holds other documents to a JSON Schema', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { limit: { type: 'number' } },
      required: ['limit'],
    })
    const files = { 'limits.yaml': 'limit: much\n', 'schema.json': schema }
    const { code, lines } = await validate(files, '--schema', 'FOLDER/schema.json')
    expect([code, lines]).toEqual([1, ['limits.yaml:1:1: limit: must be number', '    limit: much', '    ^']])
  })

  it.each([
    ['const', { properties: { mode: { const: 'a' } } }, 'properties.mode: '],
    ['if', { allOf: [{ if: { required: ['mode'] } }] }, 'allOf.0: '],
    ['dependentRequired', { dependentRequired: { mode: ['x'] } }, ''],
    ['unevaluatedProperties', { unevaluatedProperties: false }, ''],
    ['prefixItems', { items: { not: { prefixItems: [] } } }, 'items.not: '],
    ['contains', { items: [{ contains: {} }] }, 'items.0: '],
    ['requierd', { definitions: { a: { requierd: ['x'] } } }, 'definitions.a: '],
    ['propertyNames', { $defs: { a: { propertyNames: { maxLength: 1 } } } }, '$defs.a: '],
  ])('tells that draft 4 does not know %s, and does not enforce it', async (word, schema, place) => {
    const files = { 'a.json': '{"mode":"b"}', 'schema.json': JSON.stringify({ type: 'object', ...schema }) }
    const { code, lines } = await validate(files, '--schema', 'FOLDER/schema.json')
    const problem = `${place}draft 4 does not know "${word}", so AppConfig ignores it`
    expect([code, lines]).toEqual([1, [expect.stringMatching(/schema\.json: /)]])
    expect(lines[0]).toContain(`schema.json: ${problem}`)
  })

  it('takes a schema that only describes more than draft 4 knows, and members named as its words', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $comment: 'ours',
      'x-owner': 'team',
      properties: { const: { type: 'string', examples: ['a'] }, b: { $ref: '#/$defs/b' } },
      $defs: { b: { type: 'number' } },
      enum: [{ const: 'a', b: 1 }],
      default: { if: 1 },
    }
    const files = { 'a.json': '{"const":"a","b":1}', 'schema.json': JSON.stringify(schema) }
    expect(await validate(files, '--schema', 'FOLDER/schema.json')).toMatchObject({ code: 0 })
    expect((await validate({ ...files, 'a.json': '{"b":"x"}' }, '--schema', 'FOLDER/schema.json')).code).toBe(
      1,
    )
  })

  it('tells every problem, with the line of the file', async () => {
    const text = `version: "1"
flags: {}
values:
  search: {enabled: 3}
  checkout:
    _variants:
      - {name: a, enabled: true, rule: (eqq $a 1)}
      - {name: a}
`
    expect((await validate({ 'flags.yaml': text })).lines).toEqual([
      'flags.yaml:4:12: values.search.enabled: must be true or false',
      '      search: {enabled: 3}',
      '               ^',
      'flags.yaml:7:34: values.checkout._variants.0.rule: there is no operator "eqq" at 1:2: (-->eqq $a 1)',
      '          - {name: a, enabled: true, rule: (eqq $a 1)}',
      '                                     ^',
      'flags.yaml:8:9: values.checkout._variants.1.enabled: is missing',
      '          - {name: a}',
      '            ^',
      'flags.yaml:8:10: values.checkout._variants.1.name: is there twice',
      '          - {name: a}',
      '             ^',
    ])
  })

  it('shows a part of a long line', async () => {
    const text = `{"a":"${'x'.repeat(500)}","b":1,"c":}`
    const { lines } = await validate({ 'a.json': text })
    expect(lines[0]).toMatch(/^a\.json:1:519: is not JSON/)
    expect(lines[1]?.length).toBe(104)
    expect(lines[1]?.at(String(lines[2]).indexOf('^'))).toBe('}')
  })

  it('tells of a key that is there twice, which clients take', async () => {
    const { code, lines } = await validate({ 'a.json': '{\n  "a": true,\n  "a": false\n}' })
    expect([code, lines[0]]).toEqual([1, 'a.json:3:3: a: is there twice, and the last one counts'])
  })

  it.each([
    ['a.json', '[1]', 'is a list, and a configuration is an object'],
    ['a.yaml', 'some words\n', 'is a text, and a configuration is an object'],
  ])('refuses %s that is no object, but for --any', async (name, text, says) => {
    expect((await validate({ [name]: text })).lines[0]).toContain(says)
    expect((await validate({ [name]: text }, '--any')).code).toBe(0)
  })

  it.each([
    ['a.json', '\uFEFF{"a":1}', 0],
    ['a.json', flags({ checkout: { enabled: 'true' } }), 0],
    ['a.yaml', 'a: 1\n---\na: 2\n', 1],
    ['a.yaml', 'a: !!binary aGVsbG8=\n', 1],
    ['a.yaml', '# nothing: 1\n', 1],
    ['a.json', Buffer.from('{"city":"K\xf6ln"}', 'latin1'), 1],
    ['a.json', Buffer.from('{"a":1}', 'utf16le'), 1],
  ])('reads %s as a client does: %j', async (name, content, code) => {
    expect((await validate({ [name]: content })).code).toBe(code)
  })

  it('prints JSON for scripts', async () => {
    const { lines } = await validate({ 'document.json': flags({ checkout: { enabled: 1 } }) }, '--json')
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      place: 'values.checkout.enabled',
      line: 1,
      column: 95,
      code: 'FLAG_INVALID',
      problem: 'must be true or false',
    })
  })

  it('says which file is not there, as wrong use', async () => {
    const { code, stderr } = await validate({}, 'FOLDER/nowhere.json')
    expect([code, stderr]).toEqual([2, expect.stringContaining('nowhere.json cannot be read')])
  })
})
