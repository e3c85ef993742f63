/**
 * What one decision costs, without a framework.
 *
 * @module
 */
import { COLUMNS, compareGroup } from '../harness/compared.mjs'

const floor = (setup, options) => ({ name: `floor: ${setup}`, module: 'floor', setup, options })
const ours = (setup, name, options) => ({ name: `ours: ${name}`, module: 'ours', setup, options })
const peer = (name, setup, options) => ({ name, module: 'peer', setup, options: { peer: name, ...options } })
const HAND = { ...floor('rules'), name: 'hand-written' }

/** `guard`: compared between commits, too. */
export const GROUPS = [
  {
    name: 'one boolean flag of 100, a warm tenant',
    baseline: 'floor: warm',
    guard: ['ours: attached', 'ours: peek(id)'],
    participants: [
      floor('warm'),
      floor('attached'),
      ours('attached', 'attached'),
      ours('warm', 'peek(id)'),
      ours('warmObject', 'peek({ id, tier, cell })'),
      ...['growthbook', 'powertools', 'launchdarkly', 'unleash', 'openfeature'].map((name) =>
        peer(name, 'plain'),
      ),
    ],
  },
  {
    name: 'the same, 10,000 tenants in turn',
    baseline: 'floor: rotating',
    guard: ['ours: rotating'],
    participants: [floor('rotating'), ours('rotating', 'rotating')],
  },
  {
    name: 'a request of two documents and its end',
    baseline: 'ours: not counted',
    guard: ['ours: counted'],
    participants: [
      ours('counting', 'not counted'),
      ours('counting', 'counted', { telemetry: { slowMs: 500, events: ['checkout'] } }),
    ],
  },
  {
    name: 'three rules and a split, a fresh context',
    baseline: 'hand-written',
    guard: ['ours: gate, 1 flag', 'ours: gate, 100 flags, 100 with variants'],
    participants: [
      HAND,
      { ...floor('rulesOfTenant'), name: 'hand-written, its tenant found' },
      ours('gate', 'gate, 1 flag', { flags: 1, variants: 1 }),
      ours('gate', 'gate, 100 flags, 1 with variants', { flags: 100, variants: 1 }),
      ours('gate', 'gate, 100 flags, 100 with variants', { flags: 100, variants: 100 }),
      peer('growthbook', 'rules', { flags: 1 }),
      { ...peer('growthbook', 'rules', { flags: 100 }), name: 'growthbook, 100 flags' },
      peer('launchdarkly', 'rules'),
      peer('unleash', 'rules'),
      peer('openfeature', 'rules'),
    ],
  },
  {
    name: 'the whole configuration, a fresh context',
    baseline: 'growthbook, one flag',
    guard: ['ours: all of 100, 1 with variants'],
    participants: [
      { ...peer('growthbook', 'rules', { flags: 100 }), name: 'growthbook, one flag' },
      { ...floor('object'), name: 'floor: an object of 100 flags' },
      ours('wholeForOne', 'made, one read, 1 flag', { flags: 1, variants: 1 }),
      ours('wholeForOne', 'made, one read, 1 of 100 with variants', { flags: 100, variants: 1 }),
      ours('wholeForOne', 'made, one read, 100 of 100', { flags: 100, variants: 100 }),
      ours('whole', 'all of 100, 1 with variants', { flags: 100, variants: 1 }),
      ours('whole', 'all of 100, 100 with variants', { flags: 100, variants: 100 }),
      { ...peer('growthbook', 'all', { flags: 100 }), name: 'growthbook, all of 100, each with rules' },
    ],
  },
]

export async function run({ short }) {
  const rows = []
  const length = short ? { rounds: 1, roundMs: 5, short } : { rounds: 15, roundMs: 40 }
  for (const group of GROUPS) rows.push(...(await compareGroup(group, length)))
  return {
    title: 'One decision, in nanoseconds and times the floor',
    rows,
    columns: COLUMNS,
    bars: {
      label: 'ns a decision',
      log: true,
      of: ({ ns }) => ({ value: ns.median, low: ns.p25, high: ns.p75 }),
    },
  }
}
