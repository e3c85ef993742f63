import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changesBetween } from '../src/diff/changes.ts'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diff-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

type Content = object | string

function write(name: string, content: Content): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function diff(before: Content, after: Content, ...args: string[]) {
  const yaml = (content: Content) =>
    typeof content === 'string' && !content.startsWith('{') ? 'yaml' : 'json'
  const paths = [write(`a.${yaml(before)}`, before), write(`b.${yaml(after)}`, after)]
  const io = memoryIo()
  const code = await runCli(['diff', ...paths, ...args], io)
  const lines = io.stdout.text.replaceAll(`${folder}/`, '').trimEnd().split('\n')
  return { code, lines, stderr: io.stderr.text }
}

const definition = { name: 'A' }
const flags = (values: object, definitions: object = { featureA: definition, checkout: definition }) => ({
  version: '1',
  flags: definitions,
  values,
})
const checkout = (rule: string) => ({
  _variants: [
    { name: 'oneClick', enabled: true, rule, attributeValues: {} },
    { name: 'control', enabled: false },
  ],
})

describe('diff', () => {
  it.each<[string, Content, Content]>([
    ['the order of keys', '{"a":1,"b":{"c":1,"d":2}}', '{"b":{"d":2,"c":1},"a":1}'],
    ['the format', { a: [1, { b: null }], c: 'x' }, 'c: x\na:\n  - 1\n  - b: null\n'],
    [
      'what AppConfig writes into flags',
      flags({ featureA: { enabled: true } }, { featureA: definition }),
      flags(
        {
          featureA: {
            _updatedAt: '2026-01-02T00:00:00.000Z',
            enabled: true,
            _createdAt: '2026-01-01T00:00:00.000Z',
          },
        },
        {
          featureA: {
            ...definition,
            _createdAt: '2026-01-01T00:00:00.000Z',
            _updatedAt: '2026-01-02T00:00:00.000Z',
          },
        },
      ),
    ],
    [
      'the spacing of rules',
      flags({ checkout: checkout('(and (eq $tier "gold") (exists key::"a"))') }, { checkout: definition }),
      flags(
        { checkout: checkout('(and  (eq $tier "gold")\n  (exists key::"a") )') },
        { checkout: definition },
      ),
    ],
    ['the writing of numbers', '{"a":1.0,"b":1e2}', '{"a":1,"b":100}'],
  ])('ignores %s', async (_, before, after) => {
    const { code, lines } = await diff(before, after)

    expect(lines.at(-1)).toMatch(/ mean the same\.$/)
    expect([code, lines.length]).toEqual([0, 1])
  })

  it.each<[string, Content, Content, string]>([
    ['a value', { a: { b: 1 } }, { a: { b: 2 } }, 'a.b: 1 -> 2'],
    ['a kind', { a: 1 }, { a: '1' }, 'a: 1 -> "1"'],
    ['null and nothing', { a: null }, {}, 'a: removed null'],
    ['nothing and false', {}, { a: false }, 'a: added false'],
    ['an object and a list', { a: {} }, { a: [] }, 'a: {} -> []'],
    ['an item of a list', { a: [1, 2] }, { a: [1, 3] }, 'a.1: 2 -> 3'],
    ['the length of a list', { a: [1, 2] }, { a: [2] }, 'a: [1,2] -> [2]'],
    ['the order of a list', { a: ['x', 'y'] }, { a: ['y', 'x'] }, 'a.0: "x" -> "y"'],
    ['a key that every object has', {}, { toString: 1 }, 'toString: added 1'],
    [
      '_createdAt of a document of one’s own',
      { _createdAt: 'a' },
      { _createdAt: 'b' },
      '_createdAt: "a" -> "b"',
    ],
    [
      'a deprecation, which is the author’s',
      flags({ featureA: { enabled: true } }, { featureA: definition }),
      flags(
        { featureA: { enabled: true } },
        { featureA: { ...definition, _deprecation: { status: 'planned', date: '2027-01-01' } } },
      ),
      'flags.featureA._deprecation: added {"status":"planned","date":"2027-01-01"}',
    ],
    [
      'a text in a rule',
      flags({ checkout: checkout('(eq $tier "a  b")') }, { checkout: definition }),
      flags({ checkout: checkout('(eq $tier "a b")') }, { checkout: definition }),
      'values.checkout._variants.0.rule: "(eq $tier \\"a  b\\")" -> "(eq $tier \\"a b\\")"',
    ],
  ])('tells %s, as exit code 1', async (_, before, after, line) => {
    const { code, lines } = await diff(before, after)

    expect(lines[0]).toBe(line)
    expect(code).toBe(1)
  })

  it('names the tenants concerned, and what changes for them', async () => {
    const before = flags({ featureA: { enabled: false }, checkout: checkout('(eq $tier "gold")') })
    const after = flags({ featureA: { enabled: true }, checkout: checkout('(eq $tier "silver")') })
    const tenants = write(
      'tenants.yaml',
      '- {id: tenant-01, tier: gold}\n- tenant-02\n- {id: tenant-03, tier: silver}\n',
    )

    const { code, lines } = await diff(before, after, '--tenants', tenants)

    expect(code).toBe(1)
    expect(lines).toEqual([
      'values.checkout._variants.0.rule: "(eq $tier \\"gold\\")" -> "(eq $tier \\"silver\\")"',
      'values.featureA.enabled: false -> true',
      'tenant-01: checkout on (oneClick) -> off (control)',
      'tenant-01: featureA off -> on',
      'tenant-02: featureA off -> on',
      'tenant-03: checkout off (control) -> on (oneClick)',
      'tenant-03: featureA off -> on',
    ])
  })

  it('takes the context of rules, in which the tenant is the tenant', async () => {
    const before = { checkout: checkout('(eq $country "de")') }
    const after = { checkout: checkout('(and (eq $country "ch") (eq $tenantId "t1"))') }
    const of = async (...context: string[]) =>
      (await diff(before, after, '--tenant', 't1', 't2', '--context', ...context)).lines.slice(1)

    expect(await of('country=de')).toEqual([
      't1: checkout on (oneClick) -> off (control)',
      't2: checkout on (oneClick) -> off (control)',
    ])
    expect(await of('country=ch', 'tenantId=t2')).toEqual(['t1: checkout off (control) -> on (oneClick)'])
  })

  it.each<[string, object, object, string[]]>([
    [
      'an attribute of a flag that is on',
      { f: { enabled: true, n: 1 } },
      { f: { enabled: true, n: 2 } },
      ['t: f.n 1 -> 2'],
    ],
    ['a value', { limit: { a: 1 } }, { limit: { a: 2 } }, ['t: limit.a 1 -> 2']],
    ['a flag that comes', {}, { f: { enabled: true } }, ['t: f absent -> on']],
    ['a flag that goes', { f: true }, {}, ['t: f on -> absent']],
    ['a flag of the other form', { f: true }, { f: { enabled: false } }, ['t: f on -> off']],
    ['a flag that becomes a value', { f: true }, { f: 3 }, ['t: f true -> 3']],
  ])('tells of %s', async (_, before, after, effects) => {
    expect((await diff(before, after, '--tenant', 't')).lines.slice(1)).toEqual(effects)
  })

  it('says so when nobody notices: an attribute of a flag that is off', async () => {
    const values = (limit: number) =>
      flags(
        { featureA: { enabled: false, limit } },
        { featureA: { ...definition, attributes: { limit: { constraints: { type: 'number' } } } } },
      )

    const { code, lines } = await diff(values(1), values(2), '--tenant', 't1', 't2')

    expect([code, lines]).toEqual([1, ['values.featureA.limit: 1 -> 2', 'None of 2 tenants notices.']])
  })

  it('answers objects with --json, with whole values', async () => {
    const long = 'x'.repeat(500)

    const { lines } = await diff({ a: 'y', f: false }, { a: long, f: true }, '--tenant', 't', '--json')

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { place: 'a', before: 'y', after: long },
      { place: 'f', before: false, after: true },
      { tenant: 't', key: 'a', before: '"y"', after: `"${long}"` },
      { tenant: 't', key: 'f', before: 'off', after: 'on' },
    ])
    expect((await diff({ a: 'y' }, { a: long })).lines[0]?.length).toBeLessThan(150)
  })

  it('shows control characters, and sends none', async () => {
    const { lines } = await diff({}, { 'a\u001b[2J': '\u202e' }, '--tenant', 't\u0007')

    expect(lines.filter((line) => /[\p{Cc}\u202e]/u.test(line))).toEqual([])
    expect(lines).toHaveLength(2)
  })

  it.each<[string, Content, Content, string[], string]>([
    ['a file that is no JSON', {}, '{"a":', [], 'b.json:1:6'],
    ['tenants with a list', '- 1\n', {}, ['--tenant', 't'], 'both documents have to be objects'],
    ['a file of tenants that is no list', {}, {}, ['--tenants', 'x: 1'], 'has to be a list'],
    ['an item that is no tenant', {}, {}, ['--tenants', '- 7'], '.yaml: 0 is no tenant'],
    ['a property that is none', {}, {}, ['--tenants', '- {id: a, plan: x}'], '0.plan is nothing of a tenant'],
    ['a tier that is no text', {}, {}, ['--tenants', '- {id: a, tier: 1}'], '0.tier has to be a text'],
    [
      'attributes that are no values',
      {},
      {},
      ['--tenants', '- {id: a, attributes: {b: []}}'],
      '0.attributes has to be',
    ],
  ])('%s is exit code 2', async (_, before, after, [option = '', content = ''], says) => {
    const value = option === '--tenants' ? write('tenants.yaml', `${content}\n`) : content
    const { code, stderr } = await diff(before, after, ...(option === '' ? [] : [option, value]))

    expect(stderr).toContain(says)
    expect(stderr).toMatch(/^appconfig-kit: [^\n]+\n$/)
    expect(code).toBe(2)
  })
})

describe('changesBetween', () => {
  it('is empty for equal values, and only for them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
        const [left, right] = [plain(a), plain(b)]
        expect(changesBetween(left, plain(a))).toEqual([])
        expect(changesBetween(left, right).length === 0).toBe(isDeepStrictEqual(left, right))
      }),
      { numRuns: 500 },
    )
  })
})
