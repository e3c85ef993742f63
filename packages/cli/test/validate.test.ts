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

async function validate(files: Readonly<Record<string, string>>, ...options: string[]) {
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
    lines: io.stdout.text.replaceAll(`${folder}/`, '').trim().split('\n'),
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
      'values.checkout.color: must be one of blue, green',
    ],
    ['a flag’s key', flags({ Checkout: { enabled: true } }), 'values.Checkout: a flag'],
    ['a missing enabled', flags({ checkout: {} }), 'values.checkout.enabled: must be true or false'],
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
      'checkout._variants.0.rule: the last variant is the default',
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
      'checkout._variants.0.rule: the rule ends too early',
    ],
    ['what is no JSON', '{"a":', 'is not JSON'],
  ])('names the place of %s', async (_, content, says) => {
    const { code, lines } = await validate({ 'document.json': content })
    expect(code).toBe(1)
    expect(lines.join('\n')).toContain(`document.json: ${says}`)
  })

  it('holds other documents to a JSON Schema', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { limit: { type: 'number' } },
      required: ['limit'],
    })
    const files = { 'limits.yaml': 'limit: much\n', 'schema.json': schema }
    const { code, lines } = await validate(files, '--schema', 'FOLDER/schema.json')
    expect([code, lines]).toEqual([1, ['limits.yaml: limit: must be number']])
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

  it('prints JSON for scripts', async () => {
    const { lines } = await validate({ 'document.json': flags({ checkout: {} }) }, '--json')
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      place: 'values.checkout.enabled',
      problem: 'must be true or false',
    })
  })

  it('says which file is not there, as wrong use', async () => {
    const { code, stderr } = await validate({}, 'FOLDER/nowhere.json')
    expect([code, stderr]).toEqual([2, expect.stringContaining('nowhere.json cannot be read')])
  })
})
