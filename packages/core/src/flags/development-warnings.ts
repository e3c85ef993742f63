/**
 * What is most likely a mistake about flags, told while developing: a flag that is nowhere, and one that holds a text.
 *
 * @module
 */
import { sharedState } from '../shared-state.ts'

/** Tells of a mistake; called at most once a name. */
export type WarnOfFlag = (flag: string, problem: string) => void

const warners = sharedState('flag-warnings', () => new WeakMap<object, WarnOfFlag>())

/** From here on, mistakes with the flags of this configuration are told. */
export function warnAbout(config: object, warn: WarnOfFlag | undefined): void {
  if (warn) warners.set(config, warn)
}

/** Mistakes with the flags of a view are those of its snapshot. */
export function warnAlike(view: object, snapshot: object): void {
  warnAbout(view, warners.get(snapshot))
}

/** A flag was asked for and found to be none. */
export function warnOfNoFlag(config: object, flag: string, value: unknown): void {
  const warn = warners.get(config)
  if (warn === undefined) return
  const held = typeof value === 'object' && value !== null && 'enabled' in value ? value.enabled : value
  if (value === undefined) warn(flag, 'is in no layer of this configuration, so it is off')
  else if (typeof held === 'string') warn(flag, 'holds a text, not true or false, so it is off')
}
