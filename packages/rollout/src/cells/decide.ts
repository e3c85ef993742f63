/**
 * What to do next, decided from the states of all cells.
 *
 * Pure: the same cells, plan and time give the same decision, so a rollout that was killed goes on where it
 * was.
 *
 * @module
 */
import { RolloutError } from '../errors.ts'
import type { Plan, WavePlan } from '../plan/plan.ts'
import {
  type CellJudgement,
  describeJudgement,
  hasFailedGate,
  holdsUp,
  verdictOnCell,
} from './cell-judgement.ts'
import { decideBack } from './decide-back.ts'
import type { Cell, CellOf, Decision } from './decision.ts'

/** Metrics are written once a minute, and take a while to be readable. */
const COUNTS_ARRIVE_WITHIN_MS = 180_000

/** What is decided about. */
export interface Situation {
  readonly plan: Plan
  readonly label: string
  readonly cells: readonly Cell[]
  /** What the gate says about the cells that it watches now. */
  readonly judged: readonly CellJudgement[]
  readonly nowMs: number
  /** `back`: take back all of it, whatever happened. */
  readonly goal: 'out' | 'back'
  /** The name of the last wave to go to; holds before it are passed. */
  readonly through: string | undefined
  /** The name of a wave that may go on although its gate could not decide. */
  readonly accept: string | undefined
}

/**
 * Decides.
 *
 * A version that the gate calls worse in a cell has failed there, as if an alarm had rolled it back.
 *
 * @throws {RolloutError} `NOT_FOUND` if the plan has no wave `through` or `accept`.
 */
export function decide(situation: Situation): Decision {
  const { cells, plan, goal, judged } = situation
  if (goal === 'back') return decideBack(cells)
  const worse = judged.filter(hasFailedGate)
  const worseCells: readonly Cell[] = worse.map(({ cell }) => cell)
  const failed = cells.filter((cell) => hasFailed(cell) || worseCells.includes(cell))
  if (failed.length > 0) {
    const found = worse.map(inWords)
    if (plan.onFailure === 'take-back') {
      return decideBack(
        cells.filter((cell) => !isKept(cell, plan, failed)),
        found,
      )
    }
    return worse.length > 0 ? decideBack(worseCells, found) : { kind: 'stopped', failed }
  }
  const unreachable = cells.filter((cell): cell is CellOf<'unknown'> => cell.state.kind === 'unknown')
  if (unreachable.length > 0) return { kind: 'unreachable', cells: unreachable }
  return decideOut(situation)
}

/** Whether the version failed in this cell. */
export function hasFailed({ state }: Cell): boolean {
  if (state.kind === 'done') return state.failed
  return state.kind === 'taken-back' || state.kind === 'going-back' || state.kind === 'stuck'
}

/** A wave that keeps the version keeps it for as long as only later waves fail. */
function isKept({ wave }: Cell, { waves }: Plan, failed: readonly Cell[]): boolean {
  return waves[wave]?.keep === true && failed.some((cell) => cell.wave > wave)
}

function decideOut({ plan, cells, judged, nowMs, through, accept }: Situation): Decision {
  const { waves, gate } = plan
  const last = through === undefined ? waves.length - 1 : indexOfWave(waves, through)
  const accepted = accept === undefined ? undefined : indexOfWave(waves, accept)
  for (const [index, wave] of waves.entries()) {
    const ofWave = cells.filter((cell) => cell.wave === index)
    const now = decideWave(wave, ofWave)
    if (now) return now
    const next = waves[index + 1]
    const ends = through === undefined ? wave.hold : index === last
    const ofGate = judged.filter(({ cell }) => cell.wave === index && index !== accepted)
    const undecided = ofGate.filter((each) => gate !== undefined && holdsUp(each, gate)).map(inWords)
    if (next && ends) return { kind: 'hold', wave, next, undecided }
    const doneMs = completedMs(ofWave)
    const untilMs = doneMs + wave.soakMs
    // Without a soak the clocks of this machine and of AppConfig are not compared.
    if (wave.soakMs > 0 && untilMs > nowMs) return { kind: 'wait', why: `wave ${wave.name} soaks`, untilMs }
    const held = decideGate(wave, ofGate, undecided, nowMs - doneMs)
    if (held) return held
  }
  return { kind: 'complete' }
}

/** What the gate has against going on after a wave that is complete; undefined for nothing. */
function decideGate(
  wave: WavePlan,
  judged: readonly CellJudgement[],
  undecided: readonly string[],
  sinceMs: number,
): Decision | undefined {
  const uncounted = judged.filter(({ problem }) => problem !== undefined).map(inWords)
  if (uncounted.length > 0) return { kind: 'uncounted', why: uncounted.join('; ') }
  if (undecided.length === 0) return undefined
  // Both ways, since the clocks of this machine and of AppConfig differ.
  const isSoon = Math.abs(sinceMs) < COUNTS_ARRIVE_WITHIN_MS
  if (isSoon && judged.some((each) => verdictOnCell(each) === 'NONE')) {
    return { kind: 'wait', why: `counts of wave ${wave.name} may still arrive`, untilMs: undefined }
  }
  return { kind: 'hold', wave, next: undefined, undecided }
}

/** What a wave needs before it is complete; undefined once it is. */
function decideWave(wave: WavePlan, cells: readonly Cell[]): Decision | undefined {
  const toDo = cells.filter((cell): cell is CellOf<'to-do'> => cell.state.kind === 'to-do')
  if (toDo.length > 0) return { kind: 'start', wave, cells: toDo }
  const underWay = cells.filter(({ state }) => state.kind === 'under-way')
  if (underWay.length > 0) {
    const names = underWay.map((cell) => cell.plan.name).join(', ')
    return { kind: 'wait', why: `${names} in progress`, untilMs: undefined }
  }
  const busy = cells.find((cell): cell is CellOf<'busy'> => cell.state.kind === 'busy')
  return busy && { kind: 'busy', cell: busy, by: busy.state.by }
}

/** When the wave's last deployment was complete. */
function completedMs(cells: readonly Cell[]): number {
  return Math.max(0, ...cells.map(({ state }) => ('ours' in state ? (state.ours.completedMs ?? 0) : 0)))
}

function indexOfWave(waves: readonly WavePlan[], wanted: string): number {
  const index = waves.findIndex(({ name }) => name === wanted)
  if (index >= 0) return index
  const names = waves.map(({ name }) => name).join(', ')
  throw new RolloutError('NOT_FOUND', `The plan has no wave '${wanted}'. It has: ${names}.`)
}

function inWords(judgement: CellJudgement): string {
  return `${judgement.cell.plan.name}: ${describeJudgement(judgement)}`
}
