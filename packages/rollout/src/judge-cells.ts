/**
 * The gate of a plan, asked about the cells that it watches now.
 *
 * @module
 */
import { DEFAULT_TIMEOUT_MS, type Ports } from './appconfig/ports.ts'
import type { CellJudgement, LiveCell } from './cells/cell-judgement.ts'
import { hasFailed } from './cells/decide.ts'
import type { Cell } from './cells/decision.ts'
import { RolloutError } from './errors.ts'
import { askedInTime } from './gate/asked-in-time.ts'
import type { CountsQuery } from './gate/counts.ts'
import { alphaOf } from './gate/judge.ts'
import { judgeWatches } from './gate/judge-watches.ts'
import type { GatePlan, Plan } from './plan/plan.ts'

/** How long after its completion requests count for or against a deployment. */
const JUDGED_FOR_MS = 86_400_000

/**
 * Judges the cells whose deployment is in progress, and those of the newest wave that was started, until the next wave
 * starts. A day after its completion a deployment of the last wave is judged no more; one of another wave may still
 * hold the next one up, but is not taken back for it.
 *
 * Counts are asked for from the start of each deployment, so a judgement needs no memory.
 *
 * @returns nothing for a plan without a gate. A source that rejects or does not answer is a `problem`.
 * @throws {RolloutError} `GATE_WITHOUT_COUNTS`, unless the rollout has failed: the way back needs no counts.
 */
export async function judgeCells(
  plan: Plan,
  label: string,
  ports: Ports,
  cells: readonly Cell[],
): Promise<readonly CellJudgement[]> {
  const { gate } = plan
  if (gate === undefined) return []
  const { counts } = ports
  if (counts === undefined) {
    if (cells.some(hasFailed)) return []
    throw withoutCounts()
  }
  const alpha = alphaOf({ falseAlarms: gate.falseAlarms, cells: cells.length, watches: gate.watch.length })
  const nowMs = (ports.now ?? Date.now)()
  const isLate = ({ state }: LiveCell): boolean => nowMs > (state.ours.completedMs ?? nowMs) + JUDGED_FOR_MS
  const newestWave = Math.max(...cells.filter(isStarted).map(({ wave }) => wave))
  const judged = cells
    .filter(isLive)
    .filter(({ wave, state }) => state.kind === 'under-way' || wave === newestWave)
    .filter((cell) => !(isLate(cell) && cell.wave === plan.waves.length - 1))
  return Promise.all(
    judged.map(async (cell) => {
      const judgement = { cell, isLate: isLate(cell) }
      try {
        const query = queryOf(cell, { gate, profile: plan.profile, label, nowMs })
        const intervals = await askedInTime(counts, query, ports.timeoutMs ?? DEFAULT_TIMEOUT_MS)
        return { ...judgement, judgements: judgeWatches(gate, intervals, alpha), problem: undefined }
      } catch (error) {
        return { ...judgement, judgements: [], problem: (error as Error)?.message ?? String(error) }
      }
    }),
  )
}

interface Asked {
  readonly gate: GatePlan
  readonly profile: string
  readonly label: string
  readonly nowMs: number
}

function queryOf({ plan, state }: LiveCell, { gate, profile, label, nowMs }: Asked): CountsQuery {
  const { startedMs = nowMs, completedMs = nowMs } = state.ours
  return {
    application: plan.application,
    environment: plan.environment,
    profile,
    after: label,
    before: state.before?.label,
    fromMs: startedMs,
    toMs: Math.min(nowMs, completedMs + JUDGED_FOR_MS),
    watches: gate.watch.map(({ name }) => name),
  }
}

/** Whether the version was ever deployed there. */
function isStarted({ state }: Cell): boolean {
  return state.kind !== 'to-do' && state.kind !== 'busy' && state.kind !== 'unknown'
}

function isLive(cell: Cell): cell is LiveCell {
  return cell.state.kind === 'under-way' || cell.state.kind === 'done'
}

/** Nothing is promised that nobody watches. */
function withoutCounts(): RolloutError {
  const message =
    'The plan has a gate, and nothing counts requests for it: name a source in its `from`, pass `ports.counts`, or take the gate out of the plan. Alarms guard it still.'
  return new RolloutError('GATE_WITHOUT_COUNTS', message)
}
