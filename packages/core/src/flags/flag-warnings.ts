/**
 * What is most likely a mistake about flags, told to whoever runs the client: once for each flag, or flag and variant.
 *
 * A flag that is nowhere, or holds a text, is told of while developing: in production a name may come from a request.
 *
 * @module
 */
import { type FlagWarnings, notesOf } from '../config-notes.ts'
import { quoted } from '../errors.ts'
import { oncePerName } from '../once-per-name.ts'

/** @param tell is given a code and a text. */
export function flagWarnings(
  tell: (code: string, text: string) => void,
  isProduction: boolean,
): FlagWarnings {
  const tellOfVariant = oncePerName((_, text) => tell('VARIANT_UNLISTED', text))
  return {
    noFlag: isProduction
      ? undefined
      : oncePerName((flag, problem) => tell('FLAG_UNKNOWN', `the flag ${quoted(flag)} ${problem}`)),
    unlistedVariant(flag, variant) {
      tellOfVariant(
        JSON.stringify([flag, variant]),
        `flagged.variants(${quoted(flag)}) has no handler for the variant ${quoted(variant)}, so the first listed runs. List it, or say where it belongs by \`otherwise\` or \`treatments\``,
      )
    },
  }
}

/** A flag was asked for and found to be none. */
export function warnOfNoFlag(config: object, flag: string, value: unknown): void {
  const warn = notesOf(config)?.warnings?.noFlag
  if (warn === undefined) return
  const held = typeof value === 'object' && value !== null && 'enabled' in value ? value.enabled : value
  if (value === undefined) warn(flag, 'is in no layer of this configuration, so it is off')
  else if (typeof held === 'string') warn(flag, 'holds a text, not true or false, so it is off')
}

/** A request has a variant that no handler is for. */
export function warnOfUnlistedVariant(config: object, flag: string, variant: string): void {
  notesOf(config)?.warnings?.unlistedVariant(flag, variant)
}
