/**
 * How long composing holds up the event loop, for documents of the worst shapes:
 * `node test/bench/hostile-compositions.mjs` after a build, with `--expose-gc` for steadier figures.
 *
 * Each shape is the base of a configuration with a small layer `ops` above it. Reading the base is not counted: `ops`
 * answers only when the base has been read. Printed are the longest turn of the event loop, the longest one without
 * the pauses of the garbage collector in it, and the time until requests see the configuration, for the first one and
 * after a change of `ops`: the median of five runs.
 *
 * @module
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as passed } from 'node:timers/promises'
import { createAppConfig, layer, memory } from '@appconfig-kit/core'
import { LOOK, valueSeen } from '@appconfig-kit/core/adapter'

const RUNS = 5
const CALM_TURNS = 20
const PATIENCE_MS = 120_000

const objectOf = (count, item) => Object.fromEntries(Array.from({ length: count }, (_, at) => item(at)))
const keys = (count, value = (at) => at) => objectOf(count, (at) => [`key-${at}`, value(at)])
const flags = (count, rules) =>
  objectOf(count, (at) => [
    `flag-${at}`,
    {
      _variants: [
        ...rules(at).map((rule, n) => ({
          name: `v${n}`,
          enabled: true,
          rule,
          attributeValues: { limit: n },
        })),
        { name: 'other', enabled: false },
      ],
    },
  ])
const threeVariants = () => flags(3000, (at) => [`(eq $tier "${at}")`, '(eq $plan "pro")'])
const longRule = (at) => `(or ${Array.from({ length: 700 }, (_, n) => `(eq $a${n} "${at}-${n}")`).join(' ')})`

/** It looks at nothing: what is counted is ours. */
const schema = { '~standard': { version: 1, vendor: 'bench', validate: (value) => ({ value }) } }

const SHAPES = {
  '100 keys': { base: () => keys(100) },
  '2,600 keys': { base: () => keys(2600, () => 'x'.repeat(80)) },
  '100,000 keys': { base: () => keys(100_000) },
  '100,000 keys below one key': { base: () => ({ below: keys(100_000) }) },
  '100,000 keys below one key that changes': { base: () => ({ ops: keys(100_000) }) },
  '100,000 keys in objects of 10': { base: () => keys(10_000, () => keys(10)) },
  '100,000 plain flags': { base: () => keys(100_000, () => true) },
  '50,000 flags with an attribute': { base: () => keys(50_000, (at) => ({ enabled: true, limit: at })) },
  '3,000 flags of 3 variants': { base: threeVariants },
  '3,000 flags of 3 variants, a schema': { base: threeVariants, schema },
  '30,000 flags with a short rule': { base: () => flags(30_000, () => ['(eq $a 1)']) },
  'long rules, 4 MB': { base: () => flags(240, (at) => [longRule(at)]) },
  '2,600 keys, 10,000 tenants': { base: () => keys(2600, () => 'x'.repeat(80)), tenants: 10_000, runs: 1 },
}

/** Turns of the event loop, timed. */
function watchTurns() {
  let isOver = false
  let turns = []
  let lastMs = performance.now()
  const pauses = []
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  function tick() {
    const nowMs = performance.now()
    turns.push([lastMs, nowMs])
    lastMs = nowMs
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)
  /** Without the pauses that began in the turn. */
  function ownMs([fromMs, toMs]) {
    let ms = toMs - fromMs
    for (const { startTime, duration } of pauses) if (startTime >= fromMs && startTime < toMs) ms -= duration
    return ms
  }
  return {
    restart() {
      turns = []
      lastMs = performance.now()
    },
    async longest() {
      const seen = turns
      // Pauses are told later.
      await passed(20)
      return {
        longestMs: Math.max(...seen.map(([fromMs, toMs]) => toMs - fromMs)),
        ownMs: Math.max(...seen.map(ownMs)),
      }
    },
    stop() {
      isOver = true
      observer.disconnect()
    },
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

async function turns(count) {
  for (let at = 0; at < count; at++) await turn()
}

/** In memory, but `ops` does not answer before it is released. */
function gatedSource(documents) {
  const inMemory = memory(documents)
  let release
  const released = new Promise((resolve) => {
    release = resolve
  })
  function open(document, options) {
    const session = inMemory.open(document, options)
    if (document.profile !== 'ops') return session
    return { poll: () => released.then(() => session.poll()), close: () => session.close() }
  }
  return { ...inMemory, open, release }
}

/** The longest turn and the time until requests see it: of the first composition, and after a change of `ops`. */
async function measure({ base, tenants = 0, schema: judge }) {
  const ids = Array.from({ length: tenants }, (_, at) => `t${at}`)
  const source = gatedSource({
    base: base(),
    ops: { ops: { version: 1 } },
    tenants: objectOf(tenants, (at) => [`t${at}`, { own: at }]),
  })
  const client = createAppConfig({
    application: 'bench',
    environment: 'bench',
    layers: ['base', 'ops', ...(tenants > 0 ? [layer('tenants', { section: ({ id }) => id })] : [])],
    source,
    schema: judge,
    maxNewTenantsPerSecond: 10_000_000,
    logger: false,
    startTimeoutMs: PATIENCE_MS,
  })
  const isRead = new Promise((resolve) => {
    client.on('change', ({ document }) => document.profile === 'base' && resolve())
  })
  const starting = client.start()
  await isRead
  await turns(CALM_TURNS)
  globalThis.gc?.()
  const watch = watchTurns()
  await turn()
  watch.restart()
  const beganAt = performance.now()
  source.release()
  await starting
  const first = { seenMs: performance.now() - beganAt }
  await turns(CALM_TURNS)
  Object.assign(first, await watch.longest())
  for (const id of ids) await client.resolve(id)

  globalThis.gc?.()
  await turn()
  watch.restart()
  const changedAt = performance.now()
  source.publish('ops', { ops: { version: 2 } })
  const last = ids.at(-1)
  // As a gate does: the whole configuration, with a variant of each flag, is not made.
  const seenVersion = () => valueSeen(client[LOOK](last), 'ops')?.version
  while (seenVersion() !== 2 && performance.now() - changedAt < PATIENCE_MS) await turn()
  const changed = { seenMs: performance.now() - changedAt }
  // What is done for other tenants comes after the one that asks.
  let calm = 0
  while (calm < CALM_TURNS) {
    const turnBeganAt = performance.now()
    await turn()
    calm = performance.now() - turnBeganAt < 0.5 ? calm + 1 : 0
  }
  Object.assign(changed, await watch.longest())
  watch.stop()
  await client.close()
  return { first, changed }
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
const ms = (values) => `${median(values).toFixed(1)}`.padStart(9)

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
console.log('first: stop    our own       seen   changed: stop    our own       seen, ms')
for (const [name, shape] of Object.entries(SHAPES)) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue
  const runs = []
  for (let run = 0; run < (shape.runs ?? RUNS); run++) runs.push(await measure(shape))
  const column = (when, what) => ms(runs.map((run) => run[when][what]))
  console.log(
    `   ${column('first', 'longestMs')}  ${column('first', 'ownMs')}  ${column('first', 'seenMs')}       ${column('changed', 'longestMs')}  ${column('changed', 'ownMs')}  ${column('changed', 'seenMs')}   ${name}`,
  )
}
