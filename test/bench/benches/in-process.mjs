/**
 * A request through a framework without sockets, where the noise of sockets hides no difference.
 *
 * @module
 */
import { COLUMNS, compareGroup } from '../harness/compared.mjs'

export const FRAMEWORKS = ['Express', 'Koa', 'Nest on Express', 'Nest on Fastify']
const OTHERS = [
  'bare',
  'floor',
  'floor, async context',
  'hand',
  'growthbook',
  'launchdarkly',
  'openfeature',
  'growthbook rules',
]
const NEST = ['floor, a guard', 'openfeature nestjs-sdk']
const OURS = ['flag', 'gate', 'async', 'variants']

/** The participants of a framework; each bench says how to set them up. */
export function kindsOf(framework) {
  return [
    ...OTHERS.map((kind) => ({ name: kind === 'hand' ? 'floor, hand-written rules' : kind, kind })),
    ...(framework.startsWith('Nest') ? NEST.map((kind) => ({ name: kind, kind })) : []),
    ...OURS.map((kind) => ({ name: `ours: ${kind}`, kind })),
  ]
}

export const GROUPS = FRAMEWORKS.map((framework) => ({
  name: framework,
  baseline: 'floor',
  guard: ['ours: flag', 'ours: variants'],
  participants: kindsOf(framework).map(({ name, kind }) => ({
    name,
    module: 'app',
    setup: 'inProcess',
    options: { framework, kind },
  })),
}))

export async function run({ short }) {
  const rows = []
  const length = short ? { rounds: 1, roundMs: 2, short } : { rounds: 15, roundMs: 60 }
  for (const group of GROUPS) rows.push(...(await compareGroup(group, length)))
  return {
    title: 'A request in process, and its rate as a share of the floor middleware’s',
    rows,
    columns: [
      ...COLUMNS.slice(0, 2),
      ['of the floor’s rate', ({ ratio }) => share(1 / ratio.median)],
      ['p25 to p75', ({ ratio }) => `${share(1 / ratio.p75)} to ${share(1 / ratio.p25)}`],
      COLUMNS.at(-1),
    ],
    bars: {
      label: 'requests a second, as a share of the floor’s',
      of: ({ ratio }) => ({ value: 1 / ratio.median, low: 1 / ratio.p75, high: 1 / ratio.p25 }),
    },
  }
}

function share(value) {
  return value.toFixed(2)
}
