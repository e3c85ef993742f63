/**
 * The cells of a rollout, one line each.
 *
 * @module
 */
import {
  type Cell,
  type CellJudgement,
  type CellState,
  describeJudgement,
  type Plan,
  verdictOnCell,
  versionName,
} from '@appconfig-kit/rollout'
import type { Deployment } from '../appconfig/deployments.ts'
import type { Note } from '../printing/deployment-printer.ts'
import { formatPercentage } from '../printing/describe.ts'
import { table } from '../printing/table.ts'

/** A table of all cells. */
export function cellTable({ waves }: Plan, cells: readonly Cell[], judged: readonly CellJudgement[]): string {
  const rows = cells.map((cell) => {
    const note = noteOn(cell, judged)
    const seen = note === undefined ? detailOf(cell.state) : `${detailOf(cell.state)}; ${note.text}`
    return [cell.plan.name, waves[cell.wave]?.name ?? '', cell.state.kind, seen]
  })
  return table([['CELL', 'WAVE', 'STATE', 'SEEN'], ...rows])
}

/** A cell as `--json` prints it. */
export function cellObject(
  { waves }: Plan,
  cell: Cell,
  judged: readonly CellJudgement[],
): Readonly<Record<string, unknown>> {
  const { plan, wave, state } = cell
  return {
    event: 'cell',
    cell: plan.name,
    application: plan.application,
    environment: plan.environment,
    wave: waves[wave]?.name,
    state: state.kind,
    ...('ours' in state && {
      deployment: state.ours.number,
      percentage: state.ours.percentage,
      completedAt: isoOf(state.ours.completedMs),
    }),
    seen: detailOf(state),
    ...noteOn(cell, judged)?.members,
  }
}

/** What the gate says about a cell, for the printers; undefined where it does not watch. */
export function noteOn({ plan }: Cell, judged: readonly CellJudgement[]): Note | undefined {
  const judgement = judged.find(({ cell }) => cell.plan.name === plan.name)
  if (judgement === undefined) return undefined
  const { judgements, problem } = judgement
  const members = { gate: { verdict: verdictOnCell(judgement), problem, watches: judgements } }
  return { text: describeJudgement(judgement), members }
}

/** The version's deployment in a cell, as the printer of deployments takes it; undefined where there is none. */
export function deploymentOf({ plan, state }: Cell): Deployment | undefined {
  if (!('ours' in state)) return undefined
  const { ours } = state
  return {
    application: plan.application,
    environment: plan.environment,
    profile: ours.profile,
    profileId: ours.profileId,
    deployment: ours.number,
    version: ours.version,
    versionLabel: ours.label,
    state: ours.state,
    percentage: ours.percentage,
    description: undefined,
    startedAt: isoOf(ours.startedMs),
    completedAt: isoOf(ours.completedMs),
    events: [],
  }
}

function detailOf(state: CellState): string {
  switch (state.kind) {
    case 'to-do':
      return state.before ? `has ${versionName(state.before)}` : 'nothing deployed yet'
    case 'busy':
      return `deployment ${state.by.number}, ${versionName(state.by)} of ${state.by.profile}, is ${state.by.state}`
    case 'unknown':
      return state.reason
    case 'superseded':
      return `deployment ${state.by.number} of ${versionName(state.by)} is newer`
    case 'under-way':
      return `deployment ${state.ours.number} is ${state.ours.state}, ${formatPercentage(state.ours.percentage)}`
    case 'stuck':
      return `deployment ${state.attempt.number} of ${versionName(state.attempt)} was rolled back`
    default:
      return `deployment ${state.ours.number} is ${state.ours.state}${sinceOf(state.ours.completedMs)}`
  }
}

function sinceOf(ms: number | undefined): string {
  return ms === undefined ? '' : ` since ${isoOf(ms)}`
}

/** A time as the commands print it. */
export function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
