import { describe, expect, it } from 'vitest'
import { evaluateFlags } from '../../src/index.ts'
import { readDocument } from '../../src/reading/read-document.ts'

const ION = 'application/ion;type=AWS.AppConfig.FeatureFlags'
const read = (text: string) => readDocument({ body: Buffer.from(text), contentType: ION })
const parse = (text: string) => read(text).value ?? null
const problem = (text: string) => read(text).problems[0]

/** As on AWS's page of samples for the Agent's local development mode. */
const SAMPLE = `
'colorway'::[
  [
    (contains $userId "beta"),
    '''{"_variant": "BetaTesters", "enabled": true, "background": "blue", "foreground": "red"}''',
  ],
  [
    (split by::$userId pct::10),
    '''{"_variant": "SplitRollOutRedAndBlue", "enabled": true, "background": "blue", "foreground": "red"}''',
  ],
  '''{"_variant": "default", "enabled": true, "background": "green", "foreground": "green"}''',
]

'simple_feature'::[
  [
    (contains $userId "beta"),
    '''{"_variant": "BetaTesters", "enabled": true}'''
  ],
  '''{"_variant": "default", "enabled": false}'''
]

'button_color'::'''{"enabled": true, "color": "orange"}'''
`

describe('flags in the form of the Agent', () => {
  it('are what they say', () => {
    expect(evaluateFlags(parse(SAMPLE), { userId: 'beta-1' })).toEqual({
      colorway: { _variant: 'BetaTesters', enabled: true, background: 'blue', foreground: 'red' },
      simple_feature: { _variant: 'BetaTesters', enabled: true },
      button_color: { enabled: true, color: 'orange' },
    })
    expect(evaluateFlags(parse(SAMPLE), {})).toMatchObject({
      colorway: { _variant: 'default' },
      simple_feature: { _variant: 'default', enabled: false },
    })
  })

  it('hold a nested rule as it is written', () => {
    const rule =
      '(or (and (eq $group "Tier1") (split by::$userId pct::1 seed::"2025.01.01")) (not (exists key::"x")))'
    expect(
      parse(
        `'a'::[[${rule}, '''{"_variant":"x","enabled":true}'''], '''{"_variant":"y","enabled":false}''']`,
      ),
    ).toEqual({
      a: {
        _variants: [
          { name: 'x', enabled: true, attributeValues: {}, rule },
          { name: 'y', enabled: false, attributeValues: {} },
        ],
      },
    })
  })

  it('may be none, and have comments', () => {
    expect(parse('// nothing yet\n')).toEqual({})
  })

  it.each([
    ['a flag without a key', `'''{"enabled":true}'''`, /begins with its key/],
    ['a key twice', `a::"{}" a::"{}"`, /a is there twice/],
    ['a content that is no JSON', `a::"{secret"`, /a: its content must be a JSON object in a string/],
    ['a content that is no object', `a::"[]"`, /a: its content must be/],
    ['a variant that is no pair', `a::[[(eq $a 1)], "{}"]`, /a, variant 0: a rule and a content are wanted/],
    ['no Ion', `a::[(eq $a '''secret'''`, /not Ion text of flags \(line 1, column 5\)/],
    ['a key that would pollute', `'__proto__'::"{}"`, /__proto__/],
    ['a variant without a name', `a::["{}"]`, /must be a text/],
  ])('are refused with %s, without a word of what they hold', (_, text, says) => {
    expect(problem(text)?.text).toMatch(says)
    expect(problem(text)?.text).not.toMatch(/secret/)
  })

  it('are not read in binary', () => {
    const { problems } = readDocument({ body: Buffer.from([0xe0, 1, 0, 0xea]), contentType: ION })
    expect(problems).toEqual([expect.objectContaining({ code: 'NOT_UTF8' })])
  })
})
