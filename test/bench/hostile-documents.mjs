/**
 * How long the largest documents of the worst shapes block the event loop: `node test/bench/hostile-documents.mjs`
 * after a build, with `--expose-gc` for steadier figures.
 *
 * Each has four megabytes, the most that a client takes by default. A client polls it while turns of the event loop are
 * counted; the longest turn is printed, the median of five runs, beside what of it this thread was on the CPU (other programs
 * make turns longer), how long it took in all, what `JSON.parse` takes, and what became of the document.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { createAppConfig } from '@appconfig-kit/core'

const BYTES = 4 * 1024 * 1024
const RUNS = 5
const JSON_TYPE = 'application/json'
const YAML_TYPE = 'application/x-yaml'

/** Items until the text has its size. */
function filled(item, [before, after] = ['', ''], between = ',') {
  const parts = []
  let length = before.length + after.length
  for (let at = 0; ; at++) {
    const part = item(at)
    length += Buffer.byteLength(part) + between.length
    if (length > BYTES) break
    parts.push(part)
  }
  return `${before}${parts.join(between)}${after}`
}

const OBJECT = ['{', '}']
const LIST = ['{"a":[', ']}']
const variants = (rule) => (at) =>
  `"f${at}":{"_variants":[{"name":"a","enabled":true,"rule":${JSON.stringify(rule(at))}},{"name":"b","enabled":false}]}`

const SHAPES = {
  'many keys': [filled((at) => `"key-${at}":${at}`, OBJECT)],
  'a hundred thousand keys': [
    `{${Array.from({ length: 100_000 }, (_, at) => `"key-${at}":"${'x'.repeat(24)}"`).join(',')}}`,
  ],
  '99,999 keys, each with an object': [
    `{${Array.from({ length: 99_999 }, (_, at) => `"key-${at}":{"a":{"b":${at}}}`).join(',')}}`,
  ],
  'ninety objects of 4,000 numbers as keys': [
    `{${Array.from({ length: 90 }, (_, one) => `"o${one}":{${Array.from({ length: 4000 }, (_, at) => `"${at * 7919 + one}":1`).join(',')}}`).join(',')}}`,
  ],
  'long keys': [filled((at) => `"${'k'.repeat(4000)}${at}":1`, OBJECT)],
  'one long key': [`{"${'k'.repeat(BYTES - 8)}":1}`],
  'keys of escapes': [filled((at) => `"${'\\u0061'.repeat(20)}${at}":1`, OBJECT)],
  'a million fractions': [`{"a":[${'0.5,'.repeat(999_990)}1]}`],
  'objects, lists and texts by turns, 60 levels': [
    filled(() => `${'{"a":['.repeat(29)}"${'x'.repeat(900)}"${']}'.repeat(29)}`, LIST),
  ],
  'texts of 20 KB, in lists in lists': [filled(() => `[["${'x'.repeat(20_000)}"]]`, LIST)],
  'keys in one object below': [filled((at) => `"key-${at}":${at}`, ['{"a":{', '}}'])],
  'keys that are numbers': [filled((at) => `"${at * 7919}":1`, OBJECT)],
  'one key many times': [filled(() => '"a":1', OBJECT)],
  'small lists': [filled(() => '[]', LIST)],
  'small objects': [filled(() => '{}', LIST)],
  'small objects with a key each': [filled((at) => `{"k${at % 5000}":1}`, LIST)],
  'numbers of one digit': [filled(() => '1', LIST)],
  'strings of one letter': [filled(() => '"a"', LIST)],
  'one string': [`{"a":"${'x'.repeat(BYTES - 8)}"}`],
  'one string of escapes': [`{"a":"${'\\u0061'.repeat((BYTES - 8) / 6)}"}`],
  'one string of quotes': [`{"a":"${'\\"'.repeat((BYTES - 8) / 2)}"}`],
  'one string of three bytes a letter': [`{"a":"${'あ'.repeat((BYTES - 8) / 3)}"}`],
  'nested lists': [`{"a":${'['.repeat(BYTES / 2 - 5)}${']'.repeat(BYTES / 2 - 5)}}`],
  'nested objects': [`${'{"a":'.repeat(700_000)}1${'}'.repeat(700_000)}`],
  '60 levels, again and again': [filled(() => `${'['.repeat(60)}${']'.repeat(60)}`, LIST)],
  'one number': [`{"a":${'9'.repeat(BYTES - 8)}}`],
  'a number with zeros': [`{"a":0.${'0'.repeat(BYTES - 10)}1}`],
  'numbers that are too large': [filled(() => '1e999', LIST)],
  spaces: [`{"a":${' '.repeat(BYTES - 8)}1}`],
  'escapes, torn': [`{"a":"${'\\u0061'.repeat((BYTES - 10) / 6)}\\u00"`],
  'line breaks, torn': [`{"a":${'\n'.repeat(BYTES - 8)}`],
  'torn at the end': [`${filled((at) => `"key-${at}":${at}`, ['{', ','])}`],
  'a __proto__ at the end': [filled((at) => `"key-${at}":${at}`, ['{', ',"__proto__":1}'])],
  flags: [filled((at) => `"f${at}":{"enabled":true}`, OBJECT)],
  'flags with variants': [
    filled(
      variants(() => '(eq $a 1)'),
      OBJECT,
    ),
  ],
  'flags with long rules': [
    filled(
      variants((at) => `(or ${Array.from({ length: 500 }, (_, n) => `(eq $a${n} "${at}-${n}")`).join(' ')})`),
      OBJECT,
    ),
  ],
  'flags with nothing but brackets as rules': [
    filled(
      variants(() => '('.repeat(16_000)),
      OBJECT,
    ),
  ],
  'authored flags': [
    `{"version":"1","flags":{${filled((at) => `"f${at}":{"name":"f"}`, ['', ''])}`
      .slice(0, BYTES / 2)
      .replace(/,[^,]*$/, '') +
      `},"values":{${Array.from({ length: 50_000 }, (_, at) => `"f${at}":{"enabled":true}`).join(',')}}}`,
  ],
  'authored flags, each wrong': [
    `{"version":"1","flags":{},"values":{${filled(
      (at) => `"F${at}":{"enabled":5,"x":null,"y":"${'x'.repeat(20)}"}`,
      ['', '}}'],
    )
      .slice(0, -60)
      .replace(/,"F[^F]*$/, '')}}}`,
  ],
  'authored flags: one, of 90,000 attributes': [
    `{"version":"1","flags":{"f":{"name":"f","attributes":{${Array.from({ length: 90_000 }, (_, at) => `"a${at}":{}`).join(',')}}}},"values":{"f":{"enabled":true,${Array.from({ length: 90_000 }, (_, at) => `"b${at}":1`).join(',')}}}}`,
  ],
  'authored flags: an attribute of a million numbers': [
    `{"version":"1","flags":{},"values":{"f":{"enabled":true,"a":[${'1,'.repeat(999_000)}1]}}}`,
  ],
  'no UTF-8 at the end': [
    Buffer.concat([Buffer.from(filled(() => '\n"a":1', ['{', ''])), Buffer.from([0xff])]),
  ],
  'plain text': ['x'.repeat(BYTES), 'text/plain'],
  'YAML: many keys': [filled((at) => `key-${at}: ${at}`, ['', ''], '\n'), YAML_TYPE],
  'YAML: one flow list': [filled((at) => `${at}`, ['a: [', ']'], ', '), YAML_TYPE],
  'YAML: flow lists in flow lists': [filled(() => '[[[[a]]]]', ['a: [', ']'], ', '), YAML_TYPE],
  'YAML: anchors and aliases': [
    filled((at) => `k${at}: &a${at} x\nl${at}: *a${at}`, ['', ''], '\n'),
    YAML_TYPE,
  ],
  'YAML: aliases to a long text': [
    `a: &a ${'x'.repeat(30_000)}\n${Array.from({ length: 20_000 }, (_, at) => `k${at}: *a`).join('\n')}\n`,
    YAML_TYPE,
  ],
  'YAML: an alias bomb': [
    `a0: &a0 [${'x,'.repeat(9)}x]\n${Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}*a${at}]`).join('\n')}\n`,
    YAML_TYPE,
  ],
  'YAML: merges': [
    filled((at) => `k${at}: {<<: *b}`, [`b: &b {${'x: 1, y: 2, z: 3'}}\n`, ''], '\n'),
    YAML_TYPE,
  ],
  'YAML: one long text': [`a: "${'x\n  '.repeat(BYTES / 4 - 4)}"`, YAML_TYPE],
  'YAML: one line': [`a: ${'x '.repeat(BYTES / 2 - 4)}`, YAML_TYPE],
  'YAML: comments': [filled(() => '# comment', ['a: 1\n', ''], '\n'), YAML_TYPE],
  'YAML: short, 32 KB of brackets': [
    `a: ${'['.repeat(400)}${'[],'.repeat(10_000)}${']'.repeat(400)}`,
    YAML_TYPE,
  ],
  'YAML: 32 KB of keys': [Array.from({ length: 2700 }, (_, at) => `key-${at}: 1`).join('\n'), YAML_TYPE],
  'Ion: many flags': [filled((at) => `'f${at}'::'''{"enabled":true}'''`, ['', ''], '\n'), 'application/ion'],
  'Ion: one list': [filled(() => "'''{}'''", ["'f'::[", ']']), 'application/ion'],
}

/** The longest turn of the event loop while a client reads the document, and what became of it. */
async function longestTurn(body, contentType) {
  const source = {
    name: 'bench',
    open: () => ({ poll: async () => ({ kind: 'content', body, contentType, nextPollMs: 60_000 }) }),
  }
  const content = contentType === 'text/plain' ? 'any' : 'object'
  const client = createAppConfig({
    application: 'a',
    environment: 'e',
    layers: [{ profile: 'p', content }],
    source,
    logger: false,
    startTimeoutMs: 120_000,
  })
  let isOver = false
  let [longestMs, longestCpuMs] = [0, 0]
  const beganMs = performance.now()
  let [lastMs, lastCpuMs] = [beganMs, cpuMs()]
  const tick = () => {
    const [nowMs, nowCpuMs] = [performance.now(), cpuMs()]
    longestMs = Math.max(longestMs, nowMs - lastMs)
    longestCpuMs = Math.max(longestCpuMs, nowCpuMs - lastCpuMs)
    lastMs = nowMs
    lastCpuMs = nowCpuMs
    if (!isOver) setImmediate(tick)
  }
  tick()
  const outcome = await client.start().then(
    () => 'taken',
    (error) => error.cause?.problems?.[0]?.code ?? error.code,
  )
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  isOver = true
  const totalMs = performance.now() - beganMs
  await client.close()
  return { longestMs, longestCpuMs, totalMs, outcome }
}

/** How long this thread has run, which other programs do not lengthen; Linux only. */
function cpuMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
  } catch {
    return Number.NaN
  }
}

function parseMs(body, contentType) {
  if (contentType !== JSON_TYPE) return undefined
  const text = body.toString()
  const beganAt = performance.now()
  try {
    JSON.parse(text)
  } catch {}
  return performance.now() - beganAt
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
console.log('longest turn   on the CPU     in all  JSON.parse  outcome')
for (const [name, [text, contentType = JSON_TYPE]] of Object.entries(SHAPES)) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue
  const body = Buffer.from(text)
  const runs = []
  const parses = []
  for (let run = 0; run < RUNS; run++) {
    globalThis.gc?.()
    runs.push(await longestTurn(body, contentType))
    parses.push(parseMs(body, contentType))
  }
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(RUNS / 2)]
  const column = (ms, width) => (ms === undefined ? '' : `${ms.toFixed(0)} ms`).padStart(width)
  const of = (name) => median(runs.map((run) => run[name]))
  console.log(
    `${column(of('longestMs'), 12)} ${column(of('longestCpuMs'), 12)} ${column(of('totalMs'), 10)} ${column(median(parses), 11)}  ${String(runs[0].outcome).padEnd(16)} ${name} (${(body.byteLength / 1024).toFixed(0)} KB)`,
  )
}
