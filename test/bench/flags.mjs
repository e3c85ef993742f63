/**
 * What a flag costs a request: `node test/bench/flags.mjs` after a build.
 *
 * A request here is what an adapter does for a warm tenant (`peek` with its context) and one question, without
 * HTTP. Medians of rounds are printed; the documents have a hundred flags.
 *
 * @module
 */
import { createAppConfig, isEnabled, memory } from '@appconfig-kit/core'

const ROUNDS = 15
const REQUESTS = 20_000
const FLAGS = 100
const TENANTS = Array.from({ length: 1000 }, (_, at) => ({
  id: `tenant-${at}`,
  tier: at % 2 ? 'gold' : 'free',
}))

const basic = Object.fromEntries(Array.from({ length: FLAGS }, (_, at) => [`flag${at}`, { enabled: true }]))
const withRule = (rule) => ({
  _variants: [
    { name: 'a', enabled: true, rule },
    { name: 'b', enabled: false },
  ],
})
const everyFlag = (rule) =>
  Object.fromEntries(Array.from({ length: FLAGS }, (_, at) => [`flag${at}`, withRule(rule)]))

const CASES = {
  'no variants': basic,
  'one flag with a rule': { ...basic, flag7: withRule('(eq $tier "gold")') },
  'one flag with a rule of five parts': {
    ...basic,
    flag7: withRule(
      '(and (or (eq $tier "gold") (in $country ["DE", "FR"])) (not (begins_with $tenantId "x")) (gte $age 18))',
    ),
  },
  'one flag with a regular expression': {
    ...basic,
    flag7: withRule('(matches in::$tenantId pattern::"^tenant-[0-9]+$")'),
  },
  'one flag with a split': { ...basic, flag7: withRule('(split pct::50 by::$tenantId)') },
  'a hundred flags with a split, one asked for': everyFlag('(split pct::50 by::$tenantId)'),
  'one flag with a split, by what no two requests share': {
    ...basic,
    flag7: withRule('(split pct::50 by::$userId)'),
  },
}

for (const [name, document] of Object.entries(CASES)) {
  const client = createAppConfig({
    application: 'api',
    environment: 'bench',
    layers: ['default'],
    source: memory({ default: document }),
    maxNewTenantsPerSecond: TENANTS.length,
  })
  for (const tenant of TENANTS) await client.resolve(tenant)
  let on = 0
  const times = []
  for (let round = 0; round < ROUNDS; round++) {
    const beganAt = process.hrtime.bigint()
    for (let at = 0; at < REQUESTS; at++) {
      const context = { country: 'DE', age: 30, userId: `${round}-${at}` }
      if (isEnabled(client.peek(TENANTS[at % TENANTS.length], { context }), 'flag7')) on++
    }
    times.push(Number(process.hrtime.bigint() - beganAt) / REQUESTS)
  }
  times.sort((a, b) => a - b)
  console.log(`${String(Math.round(times[ROUNDS >> 1])).padStart(8)} ns  ${name}`)
  if (on === 0) throw new Error('no request had the flag: this measures nothing')
  await client.close()
}
