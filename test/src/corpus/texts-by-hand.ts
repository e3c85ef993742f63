/**
 * Texts of JSON and YAML, odd ones, in all encodings and under all content types.
 *
 * @module
 */
import type { CorpusDocument } from '../document-corpus.ts'
import { authored, GOLD, REST, utf8 } from './pieces.ts'

export function textsByHand(): CorpusDocument[] {
  return [...texts(), ...encodings(), ...contentTypes()]
}

/** What is no document of flags, and what is hardly a document. */
function texts(): CorpusDocument[] {
  const free = (value: unknown): string => JSON.stringify(value)
  const flag = (...list: readonly unknown[]): string => free({ limit: 1, f: { _variants: list } })
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`
  const json = [
    ...[
      '{}',
      '{"a":1}',
      ' {"a" : [1, {"b": null}]}\n',
      '[]',
      '[1]',
      'null',
      '5',
      '"text"',
      'true',
      '',
      ' ',
      '{',
    ],
    ...[
      '{"a":1,}',
      "{'a':1}",
      '{a:1}',
      '{"a":01}',
      '{"a":1}{"b":2}',
      '{"a":NaN}',
      '{"a":1e999}',
      '// x\n{"a":1}',
    ],
    ...['{"a":1,"a":2}', '{"a":{"b":1,"b":2}}', '{"__proto__":{"x":1}}', '{"a":{"__proto__":1}}'],
    ...['{"constructor":1}', '{"":1}', '{"a.b":{"c":1}}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"a":"\t"}'],
    ...[
      '{"n":12345678901234567891}',
      `{"n":${'9'.repeat(400)}}`,
      `{"n":${'9'.repeat(300)}}`,
      `${'['.repeat(64)}${']'.repeat(64)}`,
      `{"a":${'['.repeat(65)}${']'.repeat(65)}}`,
    ],
    ...[`${'['.repeat(5000)}${']'.repeat(5000)}`, '<html>proxy</html>', `{"a":"${'x'.repeat(4_200_000)}"}`],
    ...[
      flag(GOLD, REST),
      flag(REST),
      flag(),
      flag(GOLD),
      flag({ ...GOLD, rule: '(x)' }, REST),
      flag(REST, REST),
    ],
    ...[
      flag({ name: 'x', enabled: 'true' }),
      flag({ name: 'x', enabled: 'yes' }),
      flag({ name: 'x' }),
      flag(1),
    ],
    ...[flag({ ...REST, attributeValues: { deep: { er: [{}] } } }), flag({ name: '', enabled: true })],
    ...[
      free({ f: { _variants: {} } }),
      free({ f: { enabled: false, _variants: 5 } }),
      free({ f: { enabled: 5 } }),
    ],
    ...[free({ version: '1', flags: {}, more: 1 }), free({ version: 3, values: { F: 1 } })],
  ]
  const yaml = [
    ...[
      'a: 1\n',
      '- a\n',
      'text\n',
      '',
      '# nothing\n',
      '---\n...\n',
      '~\n',
      'a: 1\n---\na: 2\n',
      'a: 1\n---\n',
    ],
    ...['a: 1\n...\n', '--- {a: 1}\n', 'a: 1\na: 2\n', '{a: 1, a: 2}', 'a: {b: 1, b: 2}', '1: a\n"1": b\n'],
    ...['a: !!binary aGVsbG8=\n', 'a: !!set {b}\n', 'a: !!omap [b: 1]\n', 'a: !!timestamp 2024-01-01\n'],
    ...['a: .inf\n', 'a: .nan\n', 'a: 0755\n', 'a: 0o755\n', 'a: yes\n', 'a: 2024-01-01\n', 'a: !own x\n'],
    ...[
      'b: &b {x: 1}\na: {<<: *b}\n',
      'a: {<<: 5}\n',
      'a: {<<: [{b: 1}, 5]}\n',
      'a: {"<<": 5}\n',
      '? [a]\n: 1\n',
    ],
    ...[
      'a: *b\n',
      'a: &a [*a]\n',
      'a: &x 1\nb: *x\n',
      bomb,
      '__proto__: {x: 1}\n',
      'a: [1, 2\n',
      'a:\n\t- b\n',
    ],
    ...[
      'a: b: c\n',
      'a: "x\n',
      '%YAML 1.1\n---\na: yes\n',
      'a: |\n  b\n c\n',
      '[a, b]: c\n',
      '&a a: 1\n',
      'null: 1\n',
    ],
    ...[`n: ${'9'.repeat(400)}`, `n: ${'9'.repeat(300)}`],
    ...['- '.repeat(5000), '['.repeat(5000), `a: ${'['.repeat(62)}${']'.repeat(62)}`, 'f: {enabled: yes}\n'],
    ...[
      'f:\n  _variants:\n    - {name: a, enabled: true, rule: (eq $a 1)}\n    - {name: b, enabled: false}\n',
    ],
    ...['f:\n  _variants:\n    - {name: a, enabled: true, rule: (eq $a)}\n    - {name: b, enabled: false}\n'],
    ...['version: 1\nflags: {}\nvalues: {}\n', 'version: "1"\nvalues: {f: {enabled: on}}\n'],
  ]
  return [
    ...json.map((text, at) => ({ ...named(`JSON ${at}`, text), extension: 'json' as const })),
    ...yaml.map((text, at) => ({ ...named(`YAML ${at}`, text), extension: 'yaml' as const })),
  ]
}

function named(kind: string, text: string) {
  return { name: `${kind}: ${text.slice(0, 60)}`, body: utf8(text), isFlags: false }
}

function encodings(): CorpusDocument[] {
  const forms: readonly (readonly [string, (text: string) => Uint8Array])[] = [
    ['UTF-8', utf8],
    ['UTF-8 with a byte order mark', (text) => utf8(`\uFEFF${text}`)],
    ['two byte order marks', (text) => utf8(`\uFEFF\uFEFF${text}`)],
    ['Latin-1', (text) => Buffer.from(text, 'latin1')],
    ['UTF-16 (little-endian)', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16 (little-endian) with a mark', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 (big-endian)', (text) => Buffer.from(text, 'utf16le').swap16()],
    ['UTF-16 (big-endian) with a mark', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['a character cut off', (text) => Buffer.from(text).subarray(0, Buffer.from(text).lastIndexOf(0xc3) + 1)],
    ['Windows line ends', (text) => utf8(text.replaceAll('\n', '\r\n'))],
  ]
  const flags = JSON.stringify(authored({ f: { enabled: true }, other: { enabled: true, city: 'Köln' } }))
  return forms.flatMap(([form, encode]): CorpusDocument[] => [
    { name: `JSON in ${form}`, extension: 'json', body: encode('{\n"city": "Köln"}'), isFlags: false },
    { name: `YAML in ${form}`, extension: 'yaml', body: encode('a: 1\ncity: Köln\n'), isFlags: false },
    { name: `flags in ${form}`, extension: 'json', body: encode(flags), isFlags: true },
  ])
}

function contentTypes(): CorpusDocument[] {
  const types = [
    ...['application/json; charset=utf-8', 'text/json', 'application/x-json', 'application/vnd.acme+json'],
    ...['application/yaml', 'text/yaml', 'text/x-yaml', 'application/vnd.yaml', 'text/vnd.yaml', 'x/y+yaml'],
    ...['application/octet-stream', 'binary/octet-stream', '', 'text/plain', 'text/html', 'APPLICATION/JSON'],
  ]
  const bodies = ['{"a":1}', '{"a":', 'a: 1\n', 'a: 1\n---\n', 'null', '[1]', '<html></html>']
  return types.flatMap((contentType) =>
    bodies.map((text): CorpusDocument => {
      const name = `${text} as ${contentType}`
      return { name, extension: 'json', contentType, body: utf8(text), isFlags: false }
    }),
  )
}
