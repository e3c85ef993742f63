/**
 * Gates: what a flag lets through, and what is answered when it is off.
 *
 * @module
 */
import { OptionsError, quoted, WiringError } from '../errors.ts'
import { isOn } from '../flags/flag.ts'
import { requestConfig } from './decisions.ts'

/** Whether a flag is on for this request: the same answer whoever asks, however often. */
export function isEnabledFor(request: object, flag: string, asking: string): boolean {
  return isOn(requestConfig(request, asking), flag)
}

/**
 * What a gate answers with when its flag is off. Its text names the flag and is not for clients.
 *
 * @param status of the answer; 404 hides that there is anything.
 */
export function flagOff(flag: string, status: number): WiringError {
  return new WiringError('FLAG_OFF', `the flag ${quoted(flag)} is off`, { status, expose: false })
}

/** The flag and the status of a gate. */
export function checkGate(flag: unknown, status: unknown): void {
  if (typeof flag !== 'string' || flag === '') throw notA('flag name', 'flag', flag)
  if (!Number.isInteger(status) || (status as number) < 400 || (status as number) > 599)
    throw notA('HTTP status from 400 to 599', 'status', status)
}

function notA(what: string, name: string, got: unknown): OptionsError {
  return new OptionsError('OPTIONS_INVALID', `${name} must be a ${what}, got ${quoted(got)}`)
}
