/**
 * The options of `flagged.shadow`: how often the other side of a flag runs beside the one that answers.
 *
 * @module
 */
import { refuseUnknownOptions } from '../options/known-options.ts'
import { refuseUnless } from '../options/refuse-unless.ts'
import { checkFlag } from '../requests/gates.ts'
import type { FlagKey } from '../types.ts'
import { differencesOf } from './differences.ts'
import type { ShadowAnswer } from './shadow-answer.ts'

/** Options of `flagged.shadow`. */
export interface ShadowOptions {
  /**
   * The part of GET requests whose other side runs, too: 0 to 1. An attribute `shadow` of the flag, such as
   * `{ "enabled": false, "shadow": 0.2 }`, takes its place, where AppConfig sends it: of a flag that is off in a document
   * of type `AWS.AppConfig.FeatureFlags` it sends no attributes.
   *
   * @default 0.01
   */
  readonly sample?: number
  /** Another flag, while which is off no other side runs: it ends this without a deployment of code. @default none */
  readonly whileFlag?: FlagKey
  /**
   * The paths in which two answers differ, none where they are alike. It may filter those of
   * {@link differencesOf}.
   *
   * @default differencesOf
   */
  readonly compare?: (old: ShadowAnswer, next: ShadowAnswer) => readonly string[]
  /**
   * How many requests of this route may be compared at the same time. More are not queued: their other side does
   * not run.
   *
   * @default 10
   */
  readonly maxInFlight?: number
  /** Milliseconds after which the other side is given up. @default 10_000 */
  readonly timeoutMs?: number
}

/** The options, checked and complete. */
export interface ShadowSettings {
  readonly sample: number
  readonly whileFlag: FlagKey | undefined
  readonly compare: (old: ShadowAnswer, next: ShadowAnswer) => readonly string[]
  readonly maxInFlight: number
  readonly timeoutMs: number
}

const NAMES: readonly string[] = [
  'sample',
  'whileFlag',
  'compare',
  'maxInFlight',
  'timeoutMs',
] satisfies (keyof ShadowOptions)[]

/**
 * @param asking the caller's name, for errors.
 * @throws {OptionsError} `OPTIONS_INVALID`.
 */
export function parseShadow(asking: string, options: ShadowOptions = {}): ShadowSettings {
  refuseUnknownOptions(`${asking} behind the handlers`, options, NAMES)
  const { sample = 0.01, whileFlag, compare = differencesOf, maxInFlight = 10, timeoutMs = 10_000 } = options
  if (whileFlag !== undefined) checkFlag(whileFlag)
  const isCount = Number.isInteger(maxInFlight) && maxInFlight > 0
  const isTime = Number.isFinite(timeoutMs) && timeoutMs > 0
  refuseUnless(isShare(sample), `${asking}.sample`, 'a number from 0 to 1', sample)
  refuseUnless(isCount, `${asking}.maxInFlight`, 'a whole number above 0', maxInFlight)
  refuseUnless(isTime, `${asking}.timeoutMs`, 'a number of milliseconds above 0', timeoutMs)
  refuseUnless(typeof compare === 'function', `${asking}.compare`, 'a function', compare)
  return { sample, whileFlag, compare, maxInFlight, timeoutMs }
}

/** Whether this is a part of all requests. */
export function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}
