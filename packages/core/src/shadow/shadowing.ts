/**
 * The other side of a flag, run beside the one that answers: for a sample of requests, after the answer, and never more
 * than some at once.
 *
 * @module
 */
import { type AppConfigClient, EMIT } from '../client/app-config-client.ts'
import { systemClock } from '../clock.ts'
import type { AppConfigEvents } from '../events.ts'
import { isPlainObject } from '../json.ts'
import { findDecision, requestSeen } from '../requests/decisions.ts'
import { isSeenOn } from '../requests/gates.ts'
import { type Seen, valueSeen } from '../views/seen.ts'
import { isShare, parseShadow, type ShadowOptions, type ShadowSettings } from './options.ts'
import type { ShadowAnswer } from './shadow-answer.ts'

/** The other side of one request. */
export interface Beside<StandIn> {
  /** What the other side is given in place of the request and its response. */
  readonly standIn: StandIn
  /**
   * Runs the other side once the request is answered, compares both answers, and tells the result as the client's event
   * `shadow`. The promise ends with all of that, and never rejects.
   *
   * @param answered resolves when the answer was sent; with undefined if there is none to compare. Then the other side
   * does not run.
   * @param other its answer; undefined if it can't be compared. The signal ends it when it takes too long.
   */
  run(
    answered: Promise<ShadowAnswer | undefined>,
    other: (signal: AbortSignal) => Promise<ShadowAnswer | undefined>,
  ): Promise<void>
}

/** Which requests run the other side of a flag, too. */
export interface Shadowing {
  /**
   * @param isOn whether the new side answers.
   * @param makeStandIn makes what the other side is given. It may come upon properties of the application's own that
   * throw: then the other side has failed, and the request goes on.
   * @returns undefined for a request whose other side does not run: it is no GET, not in the sample, one too many, or
   * has no stand-in.
   */
  besideOf<StandIn>(
    request: object,
    method: string,
    isOn: boolean,
    makeStandIn: () => StandIn,
  ): Beside<StandIn> | undefined
}

/** Time and chance. */
export interface ShadowPorts {
  readonly random: () => number
  /** Milliseconds from any moment. */
  readonly nowMs: () => number
  readonly schedule: (delayMs: number, callback: () => void) => () => void
}

const SYSTEM: ShadowPorts = {
  random: Math.random,
  nowMs: () => performance.now(),
  schedule: systemClock.schedule,
}

/**
 * @param asking the caller's name, for errors.
 * @throws {OptionsError} `OPTIONS_INVALID`.
 */
export function createShadowing(
  asking: string,
  flag: string,
  options: ShadowOptions | undefined,
  ports: ShadowPorts = SYSTEM,
): Shadowing {
  const settings = parseShadow(asking, options)
  let inFlight = 0
  return {
    besideOf(request, method, isOn, makeStandIn) {
      if (method !== 'GET' || ports.random() >= sampleOf(requestSeen(request, asking), flag, settings)) return
      const answeredBy = isOn ? 'new' : 'old'
      const tell = (event: ToTell): void => {
        const client = findDecision(request)?.client as Partial<AppConfigClient> | undefined
        client?.[EMIT]?.('shadow', { flag, answeredBy, ...event })
      }
      if (inFlight >= settings.maxInFlight) {
        tell({ outcome: 'dropped', ...NOTHING })
        return
      }
      let standIn: ReturnType<typeof makeStandIn>
      try {
        standIn = makeStandIn()
      } catch (thrown) {
        tell({ outcome: 'failed', ...NOTHING, error: nameOf(thrown) })
        return
      }
      inFlight++
      return {
        standIn,
        run: (answered, other) =>
          runBeside(answered, other, isOn, settings, ports)
            .then(tell)
            .finally(() => inFlight--),
      }
    },
  }
}

type ToTell = Omit<AppConfigEvents['shadow'], 'flag' | 'answeredBy'>

const NOTHING = { paths: [], error: undefined, answerMs: undefined, otherMs: undefined }

/** The configuration goes before the option: it can be changed in an incident. */
function sampleOf(seen: Seen, flag: string, { sample, whileFlag }: ShadowSettings): number {
  if (whileFlag !== undefined && !isSeenOn(seen, whileFlag)) return 0
  const value = valueSeen(seen, flag)
  const own = isPlainObject(value) ? value['shadow'] : undefined
  if (own === false) return 0
  return isShare(own) ? own : sample
}

/** Never rejects. */
async function runBeside(
  answered: Promise<ShadowAnswer | undefined>,
  other: (signal: AbortSignal) => Promise<ShadowAnswer | undefined>,
  isOn: boolean,
  { compare, timeoutMs }: ShadowSettings,
  { nowMs, schedule }: ShadowPorts,
): Promise<ToTell> {
  const askedAtMs = nowMs()
  const answer = await answered.catch(() => undefined)
  const answerMs = nowMs() - askedAtMs
  if (answer === undefined) return { outcome: 'notCompared', ...NOTHING, answerMs }
  // What waits behind the answer comes first.
  await new Promise<void>((resolve) => schedule(0, resolve))
  const beganAtMs = nowMs()
  const took = () => ({ answerMs, otherMs: nowMs() - beganAtMs })
  try {
    const beside = await within(timeoutMs, schedule, other)
    if (beside === LATE) return { outcome: 'late', ...NOTHING, ...took() }
    if (beside === undefined) return { outcome: 'notCompared', ...NOTHING, ...took() }
    const times = took()
    const paths = isOn ? compare(beside, answer) : compare(answer, beside)
    return {
      outcome: paths.length === 0 ? 'same' : 'different',
      paths: [...paths],
      error: undefined,
      ...times,
    }
  } catch (thrown) {
    return { outcome: 'failed', ...NOTHING, error: nameOf(thrown), ...took() }
  }
}

const LATE = Symbol('late')

async function within<Result>(
  timeoutMs: number,
  schedule: ShadowPorts['schedule'],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | typeof LATE> {
  const ending = new AbortController()
  let cancel = (): void => {}
  const late = new Promise<typeof LATE>((resolve) => {
    cancel = schedule(timeoutMs, () => resolve(LATE))
  })
  try {
    const working = work(ending.signal)
    // Nobody waits for it once it is late; what it rejects with then is nobody's error.
    working.catch(() => {})
    return await Promise.race([working, late])
  } finally {
    cancel()
    ending.abort()
  }
}

/** Only the name: the text may hold what a client sent. */
function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown
}
