/**
 * What a plan's gate would meet, found before a rollout begins.
 *
 * @module
 */
import { DEFAULT_TIMEOUT_MS, type Ports } from './appconfig/ports.ts'
import type { Cell } from './cells/decision.ts'
import type { Finding } from './finding.ts'
import { askedInTime } from './gate/asked-in-time.ts'
import { looksOf } from './gate/judge-watches.ts'
import { sumOf } from './gate/looks.ts'
import type { GatePlan, Plan } from './plan/plan.ts'

/** How far back the requests on the version before are looked for. */
const LOOK_BACK_MS = 3_600_000

/** Looks whether requests on the versions that are live now are counted, under the names of the plan. */
export async function preflightGate(
  plan: Plan,
  cells: readonly Cell[],
  ports: Ports,
): Promise<readonly Finding[]> {
  const { gate } = plan
  if (gate === undefined) return []
  if (ports.counts === undefined) {
    return [{ where: 'gate', level: 'refuse', text: 'has no source of counts: name one in its `from`' }]
  }
  const findings = await Promise.all(cells.map((cell) => findingsOfCell(cell, { plan, gate, ports })))
  return findings.flat()
}

interface Gated {
  readonly plan: Plan
  readonly gate: GatePlan
  readonly ports: Ports
}

async function findingsOfCell(
  { plan: { name: where, application, environment }, state }: Cell,
  { plan, gate, ports: { counts, now = Date.now, timeoutMs = DEFAULT_TIMEOUT_MS } }: Gated,
): Promise<readonly Finding[]> {
  if (state.kind !== 'to-do' || state.before === undefined || counts === undefined) return []
  const { label, version } = state.before
  if (label === undefined) {
    return [{ where, level: 'warn', text: `has version ${version} without a label: the gate cannot compare` }]
  }
  const toMs = now()
  const query = {
    application,
    environment,
    profile: plan.profile,
    after: label,
    before: undefined,
    fromMs: toMs - LOOK_BACK_MS,
    toMs,
    watches: gate.watch.map(({ name }) => name),
  }
  try {
    const intervals = await askedInTime(counts, query, timeoutMs)
    return gate.watch.map(({ name }) => {
      const { requests, events } = sumOf(looksOf(intervals, name)).after
      return requests === 0
        ? { where, level: 'warn', text: `has no ${name} counted for ${label} in the last hour${REMEDY}` }
        : { where, level: 'note', text: `counted ${name} in the last hour: ${label} ${events}/${requests}` }
    })
  } catch (error) {
    const text = `is not counted: ${error instanceof Error ? error.message : String(error)}`
    return [{ where, level: 'refuse', text }]
  }
}

const REMEDY =
  ': the gate would see no requests; compare the names in the plan and in the metrics, and see that `telemetry` is on'
