/**
 * The flags that no test exercised on both sides.
 *
 * @module
 */
import { type FlagSide, flagReads } from './flag-reads.ts'
import { readSavedFlagReads } from './saved-flag-reads.ts'

/** A flag that tests have not read on both sides. */
export interface UntestedFlag {
  readonly flag: string
  /** The sides on which no test has read it. */
  readonly never: readonly FlagSide[]
}

const SIDES: readonly FlagSide[] = ['on', 'off']

/**
 * The flags of all `testConfig`s of this process that were not read on both sides, sorted by name. Reading is asking
 * for the flag, by a gate, `isEnabled` or its key; who copies the whole configuration reads all of its flags.
 *
 * @param directory where `saveFlagReads` has saved the records of other processes, which then count, too.
 */
export function untestedFlags(directory?: string): UntestedFlag[] {
  const records = [flagReads, ...(directory === undefined ? [] : readSavedFlagReads(directory))]
  const flags = new Set(records.flatMap((record) => [...record.keys()]))
  return [...flags].sort().flatMap((flag) => {
    const never = SIDES.filter((side) => !records.some((record) => record.get(flag)?.has(side)))
    return never.length === 0 ? [] : [{ flag, never }]
  })
}

/** {@link untestedFlags} as a text with a line for each flag, to be printed at the end of a run. */
export function flagReport(directory?: string): string {
  const untested = untestedFlags(directory)
  if (untested.length === 0) return 'Every flag was tested on and off.'
  const lines = untested.map(({ flag, never }) => `  ${flag}: never ${never.join(', never ')}`)
  return ['Flags that were not tested on both sides:', ...lines].join('\n')
}
