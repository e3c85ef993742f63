/**
 * A rollout's step as the handler of an AWS Lambda function.
 *
 * Nothing here schedules: a state machine, a rule or a person invokes the function again.
 *
 * @module
 */
import type { Ports } from './appconfig/ports.ts'
import type { Content } from './content.ts'
import { type End, endOf } from './end-of.ts'
import { RolloutError } from './errors.ts'
import type { Step } from './outcome.ts'
import type { Plan } from './plan/plan.ts'
import { step } from './step.ts'

/** What the function is invoked with. */
export interface StepEvent {
  /** Of the version; with the profile it is the identity of the rollout. */
  readonly label: string
  /** The last wave to go to; holds before it are passed. */
  readonly through?: string | undefined
  /** The name of a wave that may go on although its gate could not decide. */
  readonly accept?: string | undefined
  /**
   * `back`: take the version back from every cell.
   *
   * @default 'out'
   */
  readonly goal?: 'out' | 'back' | undefined
}

/** What the function answers: a step without its cells, and what follows from it. */
export interface StepResult extends Pick<Step, 'outcome' | 'did' | 'why' | 'untilMs'>, End {}

/** What a handler needs of its function. */
export interface StepHandlerOptions {
  /** Reads the plan: once, or again after it failed. */
  readonly readPlan: () => Promise<Plan>
  /** Reads the content that the label stands for. Not called on a way back. */
  readonly readContent: (label: string) => Promise<Content>
  /** Passed to each step as they are: client, clock, alarms, counts. */
  readonly ports: Ports
  /**
   * Whether a step that failed, or in which something did not answer, is an error of the function, which a state
   * machine can retry and an alarm can see: a {@link RolloutFailedError}.
   *
   * @default false
   */
  readonly throwIfFailed?: boolean | undefined
  /** Gets a line of plain text after each step. Without it nothing is logged. */
  readonly log?: ((line: string) => void) | undefined
}

/**
 * A step that failed, for `throwIfFailed`. Its name tells a caller whether to invoke the function again:
 * `NotTakenBackYet` and `Unreachable` if another step may do better, `RolloutFailed` if not.
 */
export class RolloutFailedError extends Error {
  override readonly name: 'NotTakenBackYet' | 'RolloutFailed' | 'Unreachable'
  readonly result: StepResult

  constructor(label: string, result: StepResult) {
    super(`The rollout of ${label} is ${result.outcome}: ${result.why}`)
    const mayPass = result.outcome === 'unreachable' ? 'Unreachable' : 'NotTakenBackYet'
    this.name = result.done ? 'RolloutFailed' : mayPass
    this.result = result
  }
}

/**
 * Makes a handler that takes one step of a rollout each time it is invoked. Two at once do no harm.
 *
 * @returns a function that rejects with what {@link step} throws, with what `readPlan` and `readContent` reject
 *   with, and with a {@link RolloutError} `EVENT_INVALID` for an event that is none; nothing was changed then.
 */
export function stepHandler(options: StepHandlerOptions): (event: StepEvent) => Promise<StepResult> {
  const { ports, readContent, throwIfFailed = false, log } = options
  const planOf = onceRead(options.readPlan)
  return async function handler(event) {
    const { label, goal = 'out', ...further } = checkedEvent(event)
    const plan = await planOf()
    const content = goal === 'back' ? undefined : await readContent(label)
    const taken = await step(plan, label, content, ports, { goal, ...further })
    const { outcome, did, why, untilMs } = taken
    log?.(`${label}: ${outcome}: ${did === undefined ? why : `${did}: ${why}`}`)
    const result: StepResult = { outcome, did, why, untilMs, ...endOf(taken, goal) }
    const isTrouble = result.failed || result.outcome === 'unreachable'
    if (isTrouble && throwIfFailed) throw new RolloutFailedError(label, result)
    return result
  }
}

function onceRead(read: () => Promise<Plan>): () => Promise<Plan> {
  let reading: Promise<Plan> | undefined
  return async () => {
    reading ??= read()
    try {
      return await reading
    } catch (error) {
      reading = undefined
      throw error
    }
  }
}

const MEMBERS = ['label', 'through', 'accept', 'goal']
/** AppConfig takes labels of at most this length. */
const LONGEST_LABEL = 64

/** @throws {RolloutError} `EVENT_INVALID`; its text holds no values. */
function checkedEvent(event: unknown): StepEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw invalid('it is no object')
  const { label, through, accept, goal } = event as Readonly<Record<string, unknown>>
  if (!isName(label) || label.length > LONGEST_LABEL) {
    throw invalid(`label must be a text of 1 to ${LONGEST_LABEL} characters without line breaks`)
  }
  if (through !== undefined && !isName(through))
    throw invalid('through must be the name of a wave, or absent')
  if (accept !== undefined && !isName(accept)) throw invalid('accept must be the name of a wave, or absent')
  if (goal !== undefined && goal !== 'out' && goal !== 'back') {
    throw invalid("goal must be 'out' or 'back', or absent")
  }
  const unknown = Object.keys(event).filter((name) => !MEMBERS.includes(name))
  if (unknown.length > 0) throw invalid(`it has members that mean nothing: ${unknown.join(', ')}`)
  return { label, through, accept, goal }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^\P{Cc}+$/u.test(value)
}

function invalid(reason: string): RolloutError {
  const message = `The event is not one of a rollout: ${reason}. Invoke the function with { "label": "v8" }, and "through", "accept" or "goal" where they are needed.`
  return new RolloutError('EVENT_INVALID', message)
}
