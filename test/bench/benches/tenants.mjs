/**
 * What a warm tenant holds, by how its configuration is laid out.
 *
 * @module
 */
import { amount } from '../harness/compared.mjs'
import { startParticipant } from '../harness/processes.mjs'
import { spread } from '../harness/stats.mjs'

const HAND = { name: 'hand-written: merged', module: 'tenants', setup: 'handMerged' }
const ours = (name, options) => ({ name: `ours: ${name}`, module: 'tenants', setup: 'ours', options })
const CASES = [
  HAND,
  { ...HAND, name: 'hand-written: merged, overrides kept', options: { keep: true } },
  ours('a document per tier', { shape: 'tier' }),
  ours('sections of one document', { shape: 'section' }),
  ours('sections, with a schema', { shape: 'section', schema: true }),
  ours('a document each', { shape: 'document' }),
]

export async function run({ short }) {
  const rows = []
  for (const tenants of short ? [200] : [10_000, 100_000])
    rows.push(...(await measureAll(tenants, tenants === 10_000 ? 3 : 1)))
  return {
    title: 'Warm tenants with 215 bytes of their own over a base of 2,000',
    rows,
    columns: [
      ['', ({ name }) => name],
      ['bytes a tenant', ({ bytes }) => amount(bytes.median)],
      ['times merged by hand', ({ ratio }) => ratio.toFixed(2)],
      ['MB in all', ({ megabytes }) => megabytes.toFixed(1)],
      ['µs to compose', ({ composeUs }) => composeUs.median.toFixed(1)],
    ],
    bars: {
      label: 'bytes a tenant',
      of: ({ bytes }) => ({ value: bytes.median, low: bytes.p25, high: bytes.p75 }),
    },
  }
}

async function measureAll(tenants, rounds) {
  const cases = CASES.filter(({ name }) => tenants <= 10_000 || !/each|schema/.test(name))
  const results = new Map(cases.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const participant of cases) {
      const options = { ...participant.options, tenants }
      const child = await startParticipant({ ...participant, options })
      results.get(participant.name).push(await child.ask('measure'))
      await child.stop()
    }
  }
  const bytesOf = (name) => spread(results.get(name).map(({ bytes }) => bytes))
  return cases.map(({ name }) => ({
    group: `${tenants.toLocaleString('en')} tenants`,
    name,
    bytes: bytesOf(name),
    ratio: bytesOf(name).median / bytesOf(HAND.name).median,
    megabytes: (bytesOf(name).median * tenants) / 2 ** 20,
    composeUs: spread(results.get(name).map(({ composeUs }) => composeUs)),
  }))
}
