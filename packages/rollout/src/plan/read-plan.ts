/**
 * From the bytes of a plan file to a plan, or to all that is wrong with it.
 *
 * @module
 */
import {
  duplicateKeys,
  type JsonObject,
  type JsonValue,
  loadParser,
  type Position,
  type Reading,
  readDocument,
} from '@appconfig-kit/core/documents'
import { RolloutError } from '../errors.ts'
import { durationMs } from './duration.ts'
import type { CellPlan, GateFrom, GatePlan, Plan, WavePlan } from './plan.ts'
import { cellNames, problemsOfPlan } from './plan-problems.ts'

/** Something wrong with a plan. */
export interface PlanProblem extends Partial<Position> {
  /** The keys that lead there, joined by dots; empty for the plan as a whole. */
  readonly place: string
  /** The rest of a sentence that begins with the place. */
  readonly text: string
}

/** The error of a plan that is none; its message has every problem, one a line. */
export class PlanError extends RolloutError {
  readonly problems: readonly PlanProblem[]

  constructor(file: string, problems: readonly PlanProblem[]) {
    super('PLAN_INVALID', problems.map((problem) => lineOf(file, problem)).join('\n'))
    this.problems = problems
  }
}

const TYPE_OF_FORMAT = { json: 'application/json', yaml: 'application/x-yaml' }

/**
 * Reads a plan.
 *
 * @param file its name, for messages; `.json` says that it is JSON, anything else is read as YAML.
 * @throws {PlanError} with every problem and where it stands.
 */
export async function readPlan(body: Uint8Array, file = 'rollout.yaml'): Promise<Plan> {
  const contentType = TYPE_OF_FORMAT[/\.json$/i.test(file) ? 'json' : 'yaml']
  await loadParser({ contentType })
  const reading = readDocument({ body, contentType })
  const problems = problemsIn(reading)
  if (problems.length > 0 || reading.written === undefined) throw new PlanError(file, problems)
  return planOf(reading.written as JsonObject)
}

function problemsIn(reading: Reading): readonly PlanProblem[] {
  const { written, locate, format, text = '' } = reading
  if (written === undefined) return reading.problems
  const duplicates = format === 'json' ? duplicateKeys(text) : []
  const own = problemsOfPlan(written).map((problem) => ({ ...problem, ...locate(problem.place) }))
  return [...duplicates, ...own].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  )
}

function lineOf(file: string, { place, text, line, column }: PlanProblem): string {
  const where = [file, line, column].filter((part) => part !== undefined).join(':')
  return `${where}: ${place === '' ? 'the plan' : place} ${text}`
}

function planOf(document: JsonObject): Plan {
  const application = document['application'] as string
  return {
    application,
    profile: document['profile'] as string,
    waves: (document['waves'] as readonly JsonObject[]).map((wave) => waveOf(wave, application)),
    gate: document['gate'] === undefined ? undefined : gateOf(document['gate'] as JsonObject),
    onFailure: (document['onFailure'] as Plan['onFailure'] | undefined) ?? 'take-back',
  }
}

function waveOf(wave: JsonObject, application: string): WavePlan {
  const name = wave['name'] as string
  const cells = (wave['cells'] as readonly JsonValue[] | undefined) ?? [name]
  return {
    name,
    cells: cells.map((cell) => cellOf(cell, application)),
    strategy: wave['strategy'] as string,
    soakMs: durationMs((wave['soak'] as string | undefined) ?? '0s') ?? 0,
    hold: wave['hold'] === true,
    keep: wave['keep'] === true,
  }
}

function cellOf(cell: JsonValue, planned: string): CellPlan {
  const { application, environment } = cellNames(cell, planned)
  const name = application === planned ? environment : `${application}/${environment}`
  return { name, application, environment }
}

function gateOf(gate: JsonObject): GatePlan {
  const watch = Object.entries(gate['watch'] as JsonObject).map(([name, value]) => {
    const { worse, atMost } = value as JsonObject
    return {
      name,
      worse: worse as 'more' | 'fewer',
      atMost: atMost === undefined ? undefined : fractionOf(atMost as string),
    }
  })
  return {
    from: gate['from'] as GateFrom | undefined,
    watch,
    falseAlarms: fractionOf((gate['falseAlarms'] as string | undefined) ?? '5%'),
    leastDelta: fractionOf((gate['leastDelta'] as string | undefined) ?? '0.1%'),
    whenUndecided: (gate['whenUndecided'] as 'pass' | 'hold' | undefined) ?? 'pass',
    whenNoRequests: (gate['whenNoRequests'] as 'pass' | 'hold' | undefined) ?? 'hold',
  }
}

function fractionOf(percentage: string): number {
  return Number(percentage.slice(0, -1)) / 100
}
