/**
 * How long the worst rules take, once for one context, and the worst documents of rules, once for all requests:
 * `node test/bench/hostile-rules.mjs` after a build.
 *
 * Each is as long as AppConfig allows (16,384 characters), and the text as long as rules look at (8,192). The
 * longest of a hundred runs is printed, less the first ten, in which the engine still compiles us. A document has two
 * megabytes; the median of five runs is printed, and whether it was refused.
 *
 * @module
 */
import { evaluateFlags } from '@appconfig-kit/core'
import { compileRule, murmur3Split } from '@appconfig-kit/core/rules'

const RUNS = 100
const WARM_UP = 10
const many = (count, one) => `(or ${Array.from({ length: count }, (_, at) => one(at)).join(' ')})`
const long = 'a'.repeat(8192)

const CASES = {
  'a catastrophic pattern': ['(matches in::$x pattern::"(a|aa)*$")', 'a'.repeat(2000)],
  'nested repetitions': ['(matches in::$x pattern::"((a{0,20}){0,10})b")', 'a'.repeat(40)],
  '24 patterns': [many(24, () => `(matches in::$x pattern::"(a|aa)*[b-z]")`), 'a'.repeat(1600)],
  'a list of 3,000 numbers': [
    `(in $x [${Array.from({ length: 3000 }, (_, at) => at).join(',')}])`,
    '9'.repeat(64),
  ],
  '300 comparisons of long numbers': [
    many(300, (at) => `(eq $x ${at}${'9'.repeat(40)})`),
    `${'9'.repeat(63)}8`,
  ],
  'a list of 350 long numbers': [
    `(in $x [${Array.from({ length: 350 }, (_, at) => `${at}${'9'.repeat(40)}`).join(',')}])`,
    `${'9'.repeat(63)}8`,
  ],
  '60 levels': [`${'(not '.repeat(60)}(eq $x "a")${')'.repeat(60)}`, 'b'],
  '700 searches of a long text': [many(700, (at) => `(contains $x "${at}")`), long],
  '700 comparisons of long texts': [many(700, () => '(lt $y $x)'), long],
  '380 splits of a long text': [many(380, (at) => `(split pct::0 by::$x seed::"${at}")`), long],
}

for (const [name, [rule, x]] of Object.entries(CASES)) {
  const evaluate = compileRule(rule, { flag: 'flag', split: murmur3Split })
  const context = { x, y: `${long.slice(1)}b` }
  let longestMs = 0
  for (let run = 0; run < RUNS; run++) {
    const beganAt = performance.now()
    evaluate(context)
    if (run >= WARM_UP) longestMs = Math.max(longestMs, performance.now() - beganAt)
  }
  console.log(`${longestMs.toFixed(1).padStart(6)} ms  ${name}`)
}

const DOCUMENT_BYTES = 2 * 1024 * 1024
const VARIANTS = 30
const full = (one) => (at) => {
  const parts = []
  for (let length = 0; length < 16_000; length += parts.at(-1).length + 1)
    parts.push(one(`${at}${parts.length}`))
  return `(or ${parts.slice(0, -1).join(' ')})`
}

const DOCUMENTS = {
  'short comparisons': (at) => `(eq $a ${at})`,
  'long rules of comparisons': full((at) => `(eq $a ${at})`),
  'long rules of splits': full((at) => `(split pct::1 by::$a seed::"${at}")`),
  'comparisons of as many keys': (at) => `(eq $k${at} 1)`,
  'lists of texts': () => `(in $a [${Array.from({ length: 3500 }, (_, at) => `"${at % 10}"`).join(',')}])`,
  'lists of digits': () => `(in $a [${Array.from({ length: 8000 }, (_, at) => at % 10).join(',')}])`,
  'lists of timestamps': () => `(in $a [${Array.from({ length: 1400 }, () => '2024-01-31').join(',')}])`,
  'hexadecimal numbers': () => `(eq $a 0x${'f'.repeat(15_000)})`,
  'short patterns': (at) => `(matches in::$a pattern::"${at}")`,
  'patterns with repetitions': (at) => `(matches in::$a pattern::"a{${200 + (at % 200)}}")`,
  'patterns that are too large': (at) => `(matches in::$a pattern::"a{${800 + (at % 100)}}")`,
  'patterns of classes': (at) => `(matches in::$a pattern::"(?i)[\\\\pL\\\\PN]${at}")`,
}

for (const [name, ruleAt] of Object.entries(DOCUMENTS)) {
  const text = JSON.stringify(documentOf(ruleAt))
  const times = []
  let says = ''
  for (let run = 0; run < 5; run++) {
    const document = JSON.parse(text)
    const beganAt = performance.now()
    try {
      evaluateFlags(document, {})
    } catch {
      says = ', refused'
    }
    times.push(performance.now() - beganAt)
  }
  console.log(
    `${times
      .sort((a, b) => a - b)[2]
      .toFixed(0)
      .padStart(6)} ms  a document of ${name}${says}`,
  )
}

function documentOf(ruleAt) {
  const flags = {}
  let at = 0
  for (let bytes = 0; bytes < DOCUMENT_BYTES; ) {
    const _variants = []
    while (_variants.length < VARIANTS && bytes < DOCUMENT_BYTES) {
      const variant = { name: `v${_variants.length}`, enabled: true, rule: ruleAt(at++) }
      _variants.push(variant)
      bytes += JSON.stringify(variant).length + 1
    }
    _variants.push({ name: 'rest', enabled: false })
    flags[`flag${at}`] = { _variants }
  }
  return flags
}
