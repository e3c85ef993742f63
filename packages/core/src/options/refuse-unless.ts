/**
 * The error of an option that has a wrong value.
 *
 * @module
 */
import { OptionsError, quoted } from '../errors.ts'

/**
 * Refuses the value of an option.
 *
 * @param takes what the option takes.
 * @throws {OptionsError} `OPTIONS_INVALID`, naming the option, what it got and what it takes.
 */
export function refuseUnless(fine: boolean, name: string, takes: string, got: unknown): void {
  if (!fine)
    throw new OptionsError('OPTIONS_INVALID', `the option ${name} must be ${takes}, got ${quoted(got)}`)
}
