/**
 * The check `stale-flag`: places in code that decide by a flag which is to go, and the side to keep there.
 *
 * A flag is to go if its deprecation is past; with `--stale`, also if it is the same for everybody.
 *
 * @module
 */
import type { Finding } from './check.ts'
import { type FlagUse, flagUses } from './flag-uses.ts'
import { type GivenDocument, type Settled, settledBy } from './settled-flags.ts'
import type { SourceFile } from './source-files.ts'

/** Where flags are looked for, and which. */
export interface StaleOptions {
  readonly documents: readonly GivenDocument[]
  readonly sources: readonly SourceFile[]
  /** The keys of all flags of the documents. */
  readonly flags: readonly string[]
  /** The keys of those whose deprecation is past. */
  readonly deprecated: readonly string[]
  /** Whether flags that are the same for everybody are to go. */
  readonly settled: boolean
}

/** A place in code. */
export interface StaleFinding extends Finding {
  readonly flag: string
  /** What runs while the flag is on, or while it is off; absent where it can't be told. */
  readonly keep?: 'new' | 'old'
}

const CODE = /\.[cm]?[jt]sx?$/

/** The findings, file by file. */
export function findStaleFlags(options: StaleOptions): readonly StaleFinding[] {
  const { documents, sources, flags, deprecated, settled } = options
  const states = new Map(flags.map((flag) => [flag, settledBy(documents, flag)]))
  const stale = flags.filter(
    (flag) => deprecated.includes(flag) || (settled && states.get(flag)?.state !== 'unsettled'),
  )
  const files = sources.filter(
    ({ file, text }) => CODE.test(file) && stale.some((flag) => text.includes(flag)),
  )
  return files.flatMap(({ file, text }) =>
    flagUses(text)
      .filter(({ flag }) => stale.includes(flag))
      .map((use) => findingOf(file, use, states.get(use.flag) as Settled)),
  )
}

function findingOf(file: string, use: FlagUse, settled: Settled): StaleFinding {
  const { flag, line, column } = use
  const common = { file, place: '', line, column, check: 'stale-flag', flag }
  const doubt = settled.state === 'unsettled' ? settled.because : doubtOf(use, settled)
  if (doubt !== undefined)
    return { ...common, problem: `${flag} is to go, and which side to keep can't be told: it ${doubt}` }
  const keep = settled.state === 'on' ? 'new' : 'old'
  return { ...common, keep, problem: `${flag} is ${settled.state} for everybody: ${ADVICE[use.call][keep]}` }
}

/** Why the side can't be told although the flag is the same for everybody; goes on after "it". */
function doubtOf({ call, hasOptions }: FlagUse, settled: Settled): string | undefined {
  if (call === 'flagged.variants' || call === 'variantOf')
    return 'is about variants here, not about on and off'
  const mayDefault = call === 'isEnabled' && hasOptions && settled.state === 'off' && !settled.isEverywhere
  return mayDefault ? 'may have a default here, and not every document has it' : undefined
}

const HANDLERS = { new: 'keep the new handler', old: 'keep the old handler' }
const GATE = { new: 'remove the gate, keep what is behind it', old: 'remove what is behind the gate' }
const METHODS = { new: 'keep this method, remove the old one', old: 'keep the old method, remove this one' }
const BRANCH = { new: 'keep what runs while it is on', old: 'keep what runs while it is off' }
const ADVICE: Readonly<Record<FlagUse['call'], Readonly<Record<'new' | 'old', string>>>> = {
  flagged: HANDLERS,
  requireFlag: GATE,
  '@Flag': GATE,
  '@Flagged': METHODS,
  isEnabled: BRANCH,
  'flagged.variants': BRANCH,
  variantOf: BRANCH,
}
