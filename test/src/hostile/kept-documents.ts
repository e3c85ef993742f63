/**
 * The corpus: documents that were hard on a reader once, here or elsewhere, and what becomes of each.
 *
 * @module
 */

interface Kept {
  readonly body: string | Uint8Array
  readonly contentType: string
  /** Undefined where it is read. */
  readonly code: string | undefined
}

function json(body: string | Uint8Array, code?: string): Kept {
  return { body, contentType: 'application/json', code }
}

function yaml(body: string | Uint8Array, code?: string): Kept {
  return { body, contentType: 'application/x-yaml', code }
}

const levels = (count: number): string => `{"a":${'['.repeat(count)}${']'.repeat(count)}}`
const bomb = (base: string, count: number): string =>
  [
    `a0: &a0 ${base}`,
    ...Array.from(
      { length: count },
      (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(',')}]`,
    ),
  ].join('\n')

export const KEPT: Readonly<Record<string, Kept>> = {
  '__proto__ at the top': json('{"__proto__":{"polluted":1}}', 'KEY_REFUSED'),
  '__proto__ below': json('{"a":[{"b":{"__proto__":1}}]}', 'KEY_REFUSED'),
  '__proto__ escaped': json('{"\\u005f_proto__":{"a":1}}', 'KEY_REFUSED'),
  '__proto__ of YAML': yaml('a:\n  __proto__: {b: 1}', 'KEY_REFUSED'),
  '__proto__ merged by YAML': yaml('a: &a {__proto__: {b: 1}}\nc: {<<: *a}', 'KEY_REFUSED'),
  '__proto__ of Ion': {
    body: `'__proto__'::'''{"enabled":true}'''`,
    contentType: 'application/ion',
    code: 'KEY_REFUSED',
  },
  'constructor and prototype': json('{"constructor":{"prototype":{"a":1}},"prototype":{}}'),
  'functions by name': json('{"then":1,"toJSON":1,"valueOf":1,"toString":1,"__defineGetter__":1}'),
  'a key twice': json('{"a":1,"a":{"__proto__":1},"a":2}'),
  'a number of 400 digits': json(`{"a":${'9'.repeat(400)}}`, 'VALUE_REFUSED'),
  'a number near nothing': json('{"a":1e-999,"b":-0}'),
  '64 levels': json(levels(64)),
  '65 levels': json(levels(65), 'TOO_DEEP'),
  'a hundred thousand levels': json(levels(100_000), 'TOO_DEEP'),
  'a hundred thousand levels of YAML': yaml(`a: ${'['.repeat(100_000)}`, 'TOO_DEEP'),
  'a hundred thousand levels of block YAML': yaml('- '.repeat(100_000), 'TOO_DEEP'),
  'a hundred thousand levels of Ion': {
    body: `'f'::${'['.repeat(100_000)}`,
    contentType: 'application/ion',
    code: 'NOT_ION',
  },
  'laughs, small': yaml(bomb('[x,x,x,x,x,x,x,x,x]', 4)),
  'a billion laughs': yaml(bomb('[x,x,x,x,x,x,x,x,x]', 9), 'TOO_MANY_VALUES'),
  'an alias of itself': yaml('a: &a [*a]', 'NOT_YAML'),
  'NUL in a key': json('{"\\u0000":1,"a\\u0000b":2}'),
  'NUL in the text': json('{"a":"\u0000"}', 'NOT_JSON'),
  'half a surrogate': json('{"\\ud800":"\\udfff"}'),
  'overlong UTF-8': json(Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]), 'NOT_UTF8'),
  'a surrogate in UTF-8': json(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'NOT_UTF8'),
  'UTF-16': json(Buffer.from('{"a":1}', 'utf16le'), 'NOT_UTF8'),
  'a byte order mark': json('\ufeff{"a":1}'),
  // Read as the text that it is.
  'a tag of JavaScript': yaml('a: !!js/function "function () {}"'),
  'a list of pairs': yaml('a: !!omap [b: 1]', 'VALUE_REFUSED'),
  'not a number': yaml('a: .nan', 'VALUE_REFUSED'),
  'a key that is an object': yaml('? {a: 1}\n: b', 'KEY_REFUSED'),
  'nothing but comments': yaml('# a\n', 'EMPTY'),
}
