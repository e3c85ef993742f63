/**
 * What the option `asyncContext` costs a request: `node test/bench/async-context.mjs` after a build.
 *
 * A request here is what an adapter does for one, and a handler that awaits twenty times: no HTTP,
 * so that the cost is not lost in it. Medians of rounds are printed.
 *
 * @module
 */
import { createAppConfig, currentConfig, memory } from '@appconfig-kit/core'
import { configureRequests } from '@appconfig-kit/core/adapter'

const ROUNDS = 21
const REQUESTS = 20_000
const AWAITS = 20

async function requestsOf(asyncContext) {
  const client = createAppConfig({
    application: 'api',
    environment: 'bench',
    layers: ['default'],
    source: memory({ default: { featureA: true } }),
    asyncContext,
  })
  await client.start()
  const { configFor, run } = configureRequests({ client, tenant: () => 't1' })
  await client.resolve('t1')
  async function handle(config) {
    for (let at = 0; at < AWAITS; at += 1) await undefined
    return asyncContext ? currentConfig() : config
  }
  async function round() {
    const beganAt = process.hrtime.bigint()
    for (let at = 0; at < REQUESTS; at += 1) {
      const request = { headers: {} }
      const config = configFor(request)
      await run(request, () => handle(config))
    }
    return Number(process.hrtime.bigint() - beganAt) / REQUESTS
  }
  return { round, close: () => client.close() }
}

/** In a process where async context was never entered, Node need not track it: off goes first. */
const off = await requestsOf(false)
const offAlone = await medianOf(off)
const on = await requestsOf(true)
const onAfter = await medianOf(on)
await off.close()
await on.close()

console.log(`Node ${process.version}, ${AWAITS} awaits a request`)
console.log(`asyncContext: false  ${offAlone.toFixed(0)} ns a request`)
console.log(`asyncContext: true   ${onAfter.toFixed(0)} ns a request`)
console.log(`difference           ${((onAfter - offAlone) / 1000).toFixed(2)} µs a request`)

async function medianOf({ round }) {
  const times = []
  for (let at = 0; at < ROUNDS; at += 1) times.push(await round())
  return times.sort((a, b) => a - b)[ROUNDS >> 1]
}
