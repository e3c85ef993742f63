/**
 * One round of one participant: time and garbage of an operation.
 *
 * Time is the processor time of the process: what else runs on the machine hardly shows in it, which it would in the
 * time on the wall.
 *
 * @module
 */
import { getHeapStatistics } from 'node:v8'
import { do_not_optimize, measure } from 'mitata'

/** So much is run between two looks at the clock, which takes about a microsecond itself. */
const BATCH_NS = 400_000
const MOST_IN_BATCH = 2 ** 16
const HEAP_SAMPLES = 15
const HEAP_BATCH = 64

/** They hardly differ from round to round. */
const ROUNDS_WITH_BYTES = 3

/**
 * @returns `ns`, of a batch in which no garbage is collected: on some versions of Node.js a collection of a framework's
 * requests takes 20 ms, and the next 0.5 ms. `bytes` of heap tell how much there is to collect: the median, in the first
 * rounds only.
 */
export async function round(run, { ms, round: number }) {
  const operation = () => {
    const answer = run()
    do_not_optimize(answer)
    return answer
  }
  const { p25 } = await measure(operation, {
    now: cpuNanoseconds,
    min_cpu_time: ms * 1e6,
    min_samples: 3,
    samples_threshold: Number.POSITIVE_INFINITY,
    batch_samples: await batchFor(operation, ms),
    batch_threshold: Number.POSITIVE_INFINITY,
    // A full collection would drop what the engine knows of objects of which there are none at the moment.
    gc: false,
  })
  return { ns: p25, bytes: number <= ROUNDS_WITH_BYTES ? await bytesOf(operation) : undefined }
}

function cpuNanoseconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

async function batchFor(operation, ms) {
  const target = Math.min(BATCH_NS, ms * 1e5)
  for (let batch = 4; ; batch *= 4) {
    const beganAt = cpuNanoseconds()
    for (let at = 0; at < batch; at++) await operation()
    // An answer that is no promise costs nothing to wait for when it is measured.
    const took = cpuNanoseconds() - beganAt
    if (took >= target || batch >= MOST_IN_BATCH) return batch
  }
}

/** What a collection in between freed would be missing: the median leaves out batches that met one. */
async function bytesOf(operation) {
  const nothing = await medianHeap(() => undefined)
  return Math.max(0, (await medianHeap(operation)) - nothing)
}

async function medianHeap(operation) {
  const isAsync = operation() instanceof Promise
  const samples = []
  for (let sample = 0; sample < HEAP_SAMPLES; sample++) {
    const before = getHeapStatistics().used_heap_size
    if (isAsync) for (let at = 0; at < HEAP_BATCH; at++) await operation()
    else for (let at = 0; at < HEAP_BATCH; at++) operation()
    samples.push((getHeapStatistics().used_heap_size - before) / HEAP_BATCH)
  }
  return samples.sort((a, b) => a - b)[HEAP_SAMPLES >> 1]
}
