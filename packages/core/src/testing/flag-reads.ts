/**
 * Which flags tests have read, and on which side.
 *
 * All `testConfig`s of a process share one record: a suite that runs with a flag on and off makes two of them.
 * A runner that gives each test file globals of its own has a record for each file.
 *
 * @module
 */
import { sharedState } from '../shared-state.ts'

/** A side of a flag. */
export type FlagSide = 'on' | 'off'

/** By flag, the sides on which it was read; none for one that was given and never read. */
export type FlagReads = ReadonlyMap<string, ReadonlySet<FlagSide>>

const shared = sharedState('flag-reads', () => new Map<string, Set<FlagSide>>())

/** The record of this process. */
export const flagReads: FlagReads = shared

/** The sides on which a flag was read, to be added to. The flag is known from now on. */
export function sidesOf(flag: string): Set<FlagSide> {
  const known = shared.get(flag)
  if (known !== undefined) return known
  const sides = new Set<FlagSide>()
  shared.set(flag, sides)
  return sides
}
