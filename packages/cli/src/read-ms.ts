/**
 * Durations, as options of commands give them.
 *
 * @module
 */
import { durationMs } from '@appconfig-kit/rollout'
import { InvalidArgumentError } from 'commander'

/** Milliseconds of a duration such as `30m`. */
export function readMs(text: string): number {
  const ms = durationMs(text)
  if (ms === undefined) throw new InvalidArgumentError('It takes a duration such as 30s, 30m, 4h or 2d.')
  return ms
}
