/**
 * Generators of hostile texts: keys, documents, names.
 *
 * @module
 */
import fc from 'fast-check'

/** Keys that mean something to JavaScript, to YAML, to flags, or to whoever joins them. */
export const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'then',
  'toJSON',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  '__lookupGetter__',
  'length',
  'enabled',
  '_variants',
  '_variant',
  'version',
  'flags',
  'values',
  '0',
  '-1',
  '4294967295',
  '9007199254740993',
  '',
  ' ',
  'a',
  'b',
  'a.b',
  '../..',
  '<<',
  'null',
  '\u0000',
  '\u001b[31m',
  '\u2028',
  '\ud800',
  'あ',
] as const

const NUMBERS = ['0', '-0', '1', '1e999', '-1e999', '1e-999', '5e-324', '9007199254740993', '9'.repeat(400)]
const TEXTS = ['', 'x', '(eq $a 1)', '(and', '2024-01-31T12:00:00Z', '\u0000', 'x'.repeat(9000), '__proto__']

const key: fc.Arbitrary<string> = fc.oneof(fc.constantFrom<string>(...KEYS), fc.string({ maxLength: 4 }))

/** The text of a JSON value, with keys twice, numbers that are none in JavaScript, and `__proto__` at any depth. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom('true', 'false', 'null', ...NUMBERS, ...TEXTS.map((text) => JSON.stringify(text))),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => JSON.stringify(text)),
    tie('object'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    variants(tie('value')),
  ),
  object: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 5 })
    .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
})).object

/** A flag with variants, most of them nearly right. */
function variants(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const rule = fc.oneof(
    fc.constantFrom('(eq $a 1)', '(exists key::"__proto__")', '(eq $__proto__ 1)'),
    fc.string(),
  )
  return fc
    .tuple(rule, fc.boolean(), value)
    .map(
      ([text, enabled, attribute]) =>
        `{"_variants":[{"name":"a","enabled":${enabled},"rule":${JSON.stringify(text)},"attributeValues":{"k":${attribute}}},{"name":"b","enabled":false}]}`,
    )
}

/** Texts of YAML, made of its signs. */
export const yamlText: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'b',
        ': ',
        ':',
        '- ',
        '? ',
        '\n',
        '\n  ',
        '\n    ',
        '\n- ',
        '\na: ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '"',
        "'",
      ],
      ...[
        '&a ',
        '*a',
        '&b ',
        '*b',
        '<<: ',
        '!!binary ',
        '!!set ',
        '!!omap ',
        '!x ',
        '|\n',
        '>-\n',
        '# c\n',
        '---\n',
      ],
      ...[
        '...\n',
        '%YAML 1.1\n',
        '\t',
        '~',
        'null',
        '.inf',
        '.nan',
        '1_000',
        '0o17',
        '1e999',
        'yes',
        '2024-01-31',
      ],
      ...[
        '__proto__: ',
        'constructor: ',
        'toJSON: ',
        '\u0000',
        '\u2028',
        '\ufeff',
        '\\',
        '\r\n',
        '@',
        '`',
        '%',
      ],
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''))

/** Texts of Ion as the Agent writes it. */
export const ionText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          "'f'::",
          "'g'::",
          '__proto__::',
          "'''",
          '"',
          "'",
          '[',
          ']',
          '(',
          ')',
          ', ',
          'eq',
          '$a',
          '1',
          '\\',
          '//x\n',
        ],
        ...[
          '{"enabled":true}',
          '{"_variant":"a","enabled":true}',
          '/*',
          '*/',
          ' ',
          '\n',
          '\u0000',
          'null',
          '{',
          '}',
        ],
      ),
      jsonText,
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(''))

/** A text that something was done to: cut, doubled, a byte changed. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(text, fc.nat(), fc.nat(255), fc.constantFrom('none', 'cut', 'byte', 'insert', 'double'))
    .map(([whole, where, byte, damage]) => {
      const bytes = Buffer.from(whole)
      const at = bytes.length === 0 ? 0 : where % bytes.length
      switch (damage) {
        case 'cut':
          return bytes.subarray(0, at)
        case 'byte':
          return Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at + 1)])
        case 'insert':
          return Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)])
        case 'double':
          return Buffer.concat([bytes, bytes])
        default:
          return bytes
      }
    })
}

/** Content types, also such as nobody has registered. */
export const contentType: fc.Arbitrary<string | undefined> = fc.oneof(
  fc.constantFrom(
    'application/json',
    'application/json; charset=utf-16',
    'application/x-yaml',
    'text/yaml',
    'application/ion;type=AWS.AppConfig.FeatureFlags',
    'text/plain',
    'application/octet-stream',
    '',
    undefined,
  ),
  fc.string({ maxLength: 20 }),
)

/** Names from outside: ids of tenants, segments of paths, values of headers. */
export const NAMES_FROM_OUTSIDE = [
  '..',
  '../..',
  '.',
  '/',
  '\\',
  '%2e%2e%2f',
  '%00',
  '\u0000',
  'a\r\nx-injected: 1',
  'a\nb',
  'a, b',
  'a:b',
  '__proto__',
  'constructor',
  'then',
  'undefined',
  'null',
  'NaN',
  'CON',
  '$LATEST',
  '-rf',
  '--json',
  '*',
  'あ',
  'İ',
  '\ud800',
  '\u202e',
  'a'.repeat(65),
  'a'.repeat(3000),
  'abc1234',
  'tenant-01',
  '',
  ' ',
] as const

export const name: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom<string>(...NAMES_FROM_OUTSIDE),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.stringMatching(/^[A-Za-z0-9._-]{1,10}$/),
)

/** A text without halves of surrogates, as bytes carry it. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}
