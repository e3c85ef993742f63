import { describe, expect, it } from 'vitest'
import { GENERATED_HEADER } from '../src/types/generated-header.ts'
import { cli, file, flags } from './documents.ts'
import { config, typesOf } from './types-of.ts'

describe('hostile input', () => {
  const HOSTILE = [
    '*/ export const pwned = 1 /*',
    '*\u200b/ } declare const pwned: 1 {',
    'a\n// \u2028pwned\r\n',
    "'; pwned '",
    '`pwned`',
    '\\',
    '@ts-expect-error',
    '__pwned__: string; pwned',
    '\u202epwned',
  ]

  it.each(HOSTILE)('stays a comment: %j', async (text) => {
    const name = text.replace(/\n/g, ' ')
    const definitions = { a: { name, description: text, _deprecation: { status: 'planned', date: text } } }
    const types = await typesOf(file('flags.json', flags({ a: { enabled: true } }, definitions)))
    const [, comment = ''] = /\{\n( {2}\/\*\*[\s\S]*?\*\/)\n {2}readonly a: /.exec(types) ?? []
    expect(
      comment
        .split('\n')
        .slice(1, -1)
        .filter((line) => !line.startsWith('   *')),
    ).toEqual([])
    expect(comment.indexOf('*/')).toBe(comment.length - 2)
    expect(comment.match(/(?<!\\)@\w+/g)).toEqual(['@deprecated'])
    expect(types.replace(comment, '')).not.toContain('pwned')
    expect(types).not.toMatch(/[^\P{C}\n]|\p{Zl}|\p{Zp}/u)
  })

  it.each(HOSTILE)('stays a key or a literal: %j', async (text) => {
    const types = await typesOf(
      file('a.json', { [text]: 1 }),
      file('b.json', { type: 'object', properties: { key: { enum: [text] } } }),
    )
    const [, key = '', literal = ''] =
      /^.*\{\n {2}readonly (.*): number\n {2}readonly key\?: (.*)\n\}$/.exec(types) ?? []
    expect(literal).toBe(key)
    // biome-ignore lint/security/noGlobalEval: whether it is the one literal it seems to be
    expect(key.startsWith("'") && eval(key)).toBe(text)
  })

  it('stays out of names of declarations', async () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/definitions/0 = 1; pwned' }, b: { $ref: '#/definitions/Config' } },
      definitions: { '0 = 1; pwned': { type: 'string' }, Config: { type: 'string' } },
    }
    expect(await typesOf(file('a.json', schema))).toBe(
      [
        config('  readonly a?: Type01Pwned', '  readonly b?: Config2'),
        'export type Type01Pwned = string',
        'export type Config2 = string',
      ].join('\n\n'),
    )
  })

  it('stays in the header’s line', async () => {
    const { stdout } = await cli('types', file('a\nconst pwned = 1\n.json', {}))
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      `${GENERATED_HEADER} from a const pwned = 1 .json. Do not edit: make it anew.`,
      '',
      'export interface Config {}',
    ])
  })
})
