import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GENERATED_HEADER } from '../src/types/generated-header.ts'
import { cli, file, flags } from './documents.ts'
import { config, typesOf } from './types-of.ts'

const VARIANTS = {
  _variants: [
    { name: 'oneClick', enabled: true, rule: '(eq $tier "gold")', attributeValues: { limit: 5 } },
    { name: 'control', enabled: false },
  ],
}

describe('types of a flags document', () => {
  it('are what AppConfig serves: a required attribute while the flag is on', async () => {
    const definitions = {
      checkout: {
        name: 'Checkout',
        attributes: {
          limit: { constraints: { type: 'number', required: true } },
          color: { constraints: { type: 'string', enum: ['blue', "it's"] } },
          open: { constraints: { type: 'boolean' } },
          names: { constraints: { type: 'array', elements: { type: 'string', enum: ['a', 'b'] } } },
        },
      },
    }
    const document = flags(
      { checkout: { enabled: false, limit: 1, _updatedAt: '2024-01-31T12:00:00Z' } },
      definitions,
    )
    expect(await typesOf(file('flags.json', document))).toBe(
      config(
        '  /** Checkout */',
        '  readonly checkout:',
        '    | {',
        '        readonly enabled: false',
        '        readonly limit?: number',
        "        readonly color?: 'blue' | 'it\\'s'",
        '        readonly open?: boolean',
        "        readonly names?: readonly ('a' | 'b')[]",
        '      }',
        '    | {',
        '        readonly enabled: true',
        '        readonly limit: number',
        "        readonly color?: 'blue' | 'it\\'s'",
        '        readonly open?: boolean',
        "        readonly names?: readonly ('a' | 'b')[]",
        '      }',
      ),
    )
  })

  it('name the variants in their order, whichever is on', async () => {
    const document = flags({ checkout: VARIANTS })
    expect(await typesOf(file('flags.json', document))).toBe(
      config(
        '  readonly checkout: {',
        '    readonly enabled: boolean',
        "    readonly _variant?: 'oneClick' | 'control'",
        '    readonly limit?: number',
        '  }',
      ),
    )
  })

  it('take from the values what has no definition, and may lack what has no value', async () => {
    const document = flags(
      {
        defined: { enabled: true, size: 'L' },
        other: { enabled: true, ids: [1, 2] },
        off: { enabled: false },
      },
      {
        later: { name: 'Later' },
        defined: {
          name: 'Defined',
          attributes: { size: { constraints: { type: 'string' } }, age: { constraints: { type: 'number' } } },
        },
      },
    )
    expect(await typesOf(file('flags.json', document))).toBe(
      config(
        '  /** Later */',
        '  readonly later?: { readonly enabled: boolean }',
        '  /** Defined */',
        '  readonly defined: { readonly enabled: boolean; readonly size?: string; readonly age?: number }',
        '  readonly other: { readonly enabled: boolean; readonly ids?: readonly number[] }',
        '  readonly off: { readonly enabled: boolean }',
      ),
    )
  })

  it('tell what its definitions say', async () => {
    const long = 'word '.repeat(30).trim()
    const definitions = {
      a: { name: 'A flag', _deprecation: { status: 'planned', date: '2027-01-31' } },
      b: {
        name: 'B',
        attributes: { size: { description: `Of it.\n${long}`, constraints: { type: 'number' } } },
      },
    }
    const values = { a: { enabled: true }, b: { enabled: true } }
    expect(await typesOf(file('flags.yaml', JSON.stringify(flags(values, definitions))))).toBe(
      config(
        '  /**',
        '   * A flag',
        '   *',
        '   * @deprecated planned for 2027-01-31',
        '   */',
        '  readonly a: { readonly enabled: boolean }',
        '  /** B */',
        '  readonly b: {',
        '    readonly enabled: boolean',
        '    /**',
        '     * Of it.',
        `     * ${'word '.repeat(18).trim()}`,
        `     * ${'word '.repeat(12).trim()}`,
        '     */',
        '    readonly size?: number',
        '  }',
      ),
    )
  })
})

describe('types of a document that is served as it is', () => {
  it('are those of its values', async () => {
    const document = {
      temperature: 0.5,
      'a-key': null,
      model: { name: 'm', tags: ['a', 1], empty: [], map: {} },
      rows: [{ id: 1 }, { id: 2, note: 'n' }],
      grid: [[1], [2]],
      beta: true,
      search: { enabled: true, limit: 5 },
      checkout: VARIANTS,
    }
    expect(await typesOf(file('free.json', document))).toBe(
      config(
        '  readonly temperature: number',
        "  readonly 'a-key': null",
        '  readonly model: {',
        '    readonly name: string',
        '    readonly tags: readonly (string | number)[]',
        '    readonly empty: readonly unknown[]',
        '    readonly map: { readonly [key: string]: unknown }',
        '  }',
        '  readonly rows: readonly { readonly id: number; readonly note?: string }[]',
        '  readonly grid: readonly (readonly number[])[]',
        '  readonly beta: boolean',
        '  readonly search: { readonly enabled: boolean; readonly limit?: number }',
        '  readonly checkout: {',
        '    readonly enabled: boolean',
        "    readonly _variant?: 'oneClick' | 'control'",
        '    readonly limit?: number',
        '  }',
      ),
    )
  })

  it('have nothing twice that variants have by themselves', async () => {
    const attributeValues = { enabled: 'x', _variant: 1, size: 1 }
    const document = { a: { _variants: [{ name: 'x', enabled: true, attributeValues }] } }
    expect(await typesOf(file('a.json', document))).toBe(
      config("  readonly a: { readonly enabled: boolean; readonly _variant?: 'x'; readonly size?: number }"),
    )
  })

  it('stay those of a document where it names its own schema', async () => {
    expect(await typesOf(file('a.json', { $schema: './a.schema.json', a: 1 }))).toBe(
      config('  readonly $schema: string', '  readonly a: number'),
    )
  })
})

describe('types of layers', () => {
  it('merge as the layers do', async () => {
    const lower = {
      limits: { rows: 1, bytes: 2 },
      model: 'm',
      gone: 1,
      checkout: VARIANTS,
      search: { enabled: true, limit: 5 },
      beta: true,
      empty: {},
      pay: { enabled: true, size: 'L' },
    }
    const upper = {
      limits: { rows: 'many', empty: {} },
      model: 7,
      gone: null,
      checkout: { enabled: false },
      search: { enabled: true, size: 'L' },
      beta: { enabled: false },
      empty: { a: 1 },
      own: [true],
      pay: { _variants: [{ name: 'x', enabled: true }] },
    }
    expect(await typesOf(file('lower.json', lower), file('upper.json', upper))).toBe(
      config(
        '  readonly limits: {',
        '    readonly rows: string',
        '    readonly bytes: number',
        '    readonly empty: { readonly [key: string]: unknown }',
        '  }',
        '  readonly model: number',
        '  readonly checkout: {',
        '    readonly enabled: boolean',
        "    readonly _variant?: 'oneClick' | 'control'",
        '    readonly limit?: number',
        '  }',
        '  readonly search: { readonly enabled: boolean; readonly limit?: number; readonly size?: string }',
        '  readonly beta: { readonly enabled: boolean }',
        '  readonly empty: { readonly a: number }',
        "  readonly pay: { readonly enabled: boolean; readonly _variant?: 'x' }",
        '  readonly own: readonly boolean[]',
      ),
    )
  })

  it('keep a definition’s flag under a switch, and name no declaration twice', async () => {
    const schema = (type: string, key: string) => ({
      type: 'object',
      properties: { [key]: { $ref: '#/definitions/limit' } },
      definitions: { limit: { type } },
    })
    const types = await typesOf(
      file('flags.json', flags({ a: { enabled: true, size: 1 } })),
      file('one.json', schema('number', 'one')),
      file('two.json', schema('string', 'two')),
      file('ops.json', { a: false }),
    )
    expect(types).toBe(
      [
        config(
          '  readonly a: { readonly enabled: boolean; readonly size?: number }',
          '  readonly one?: Limit',
          '  readonly two?: Limit2',
        ),
        'export type Limit = number',
        'export type Limit2 = string',
      ].join('\n\n'),
    )
  })
})

describe('the module', () => {
  it('begins with where it is from, and registers the type', async () => {
    const { stdout } = await cli(
      'types',
      '--name',
      'AppSettings',
      file('a.json', { a: 1 }),
      file('b.yaml', 'b: 2'),
    )
    expect(stdout).toBe(`${GENERATED_HEADER} from a.json, b.yaml. Do not edit: make it anew.

export interface AppSettings {
  readonly a: number
  readonly b: number
}

declare global {
  namespace AppConfigKit {
    interface Register {
      config: AppSettings
    }
  }
}
`)
  })

  it('goes to a file, which --check compares', async () => {
    const document = file('a.json', { a: 1 })
    const out = join(dirname(document), 'types.ts')
    const check = () => cli('types', document, '--out', out, '--check')
    const differs = {
      code: 1,
      stdout: `${out} is not what would be written: run the same without --check.\n`,
    }

    expect(await check()).toMatchObject(differs)
    expect(existsSync(out)).toBe(false)
    expect(await cli('types', document, '-o', out)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(out, 'utf8')).toBe((await cli('types', document)).stdout)
    expect(await check()).toEqual({ code: 0, stdout: '', stderr: '' })
    writeFileSync(out, readFileSync(out, 'utf8').replaceAll('\n', '\r\n'))
    expect(await check()).toMatchObject({ code: 0 })
    writeFileSync(document, '{"a":"x"}')
    expect(await check()).toMatchObject(differs)
    expect(await cli('types', document, '-o', out)).toMatchObject({ code: 0 })
    expect(await check()).toMatchObject({ code: 0 })
  })

  it('overwrites nothing that people wrote', async () => {
    const document = file('a.json', { a: 1 })
    const { code, stderr } = await cli('types', document, '-o', document)
    expect([code, stderr]).toEqual([2, expect.stringContaining('was not made by appconfig-kit types')])
    expect(readFileSync(document, 'utf8')).toBe('{"a":1}')
  })
})

describe('wrong use', () => {
  it.each<[string, unknown, RegExp]>([
    ['a list', [], /a configuration is an object/],
    ['no JSON', '{', /is not JSON/],
    [
      'an unknown type of attribute',
      flags({}, { a: { attributes: { b: { constraints: { type: 'date' } } } } }),
      /: flags\.a\.attributes\.b\.constraints\.type: must be one of .*See appconfig-kit validate/,
    ],
    [
      'a broken rule',
      { a: { _variants: [{ name: 'x', enabled: true, rule: '(' }] } },
      /: a\._variants\.0\.rule: /,
    ],
  ])('is %s', async (_, content, says) => {
    const { code, stdout, stderr } = await cli('types', file('a.json', content))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^appconfig-kit: [^\n]*a\.json[^\n]+\n$/)
    expect(stderr).toMatch(says)
  })

  it.each([
    [['--check'], /--check takes --out/],
    [['--name', 'a b'], /a type's name such as Config/],
    [['--name', 'string'], /a type's name/],
    [['--name', 'Register'], /a type's name/],
    [
      ['--out', 'no/such/folder/a.ts'],
      /no\/such\/folder\/a\.ts cannot be written: its folder does not exist/,
    ],
  ])('is %j', async (args, says) => {
    const { code, stderr } = await cli('types', file('a.json', {}), ...args)
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)])
  })
})
