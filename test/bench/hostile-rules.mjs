/**
 * How long the worst rules take, once for one context: `node test/bench/hostile-rules.mjs` after a build.
 *
 * Each is as long as AppConfig allows (16,384 characters), and the text as long as rules look at (8,192). The
 * longest of a hundred runs is printed, less the first ten, in which the engine still compiles us.
 *
 * @module
 */
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
