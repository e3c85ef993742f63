/**
 * Accelerated time, for demonstrations.
 *
 * @module
 */
import { type Clock, systemClock } from '@appconfig-kit/core'

/**
 * A clock that starts at `clock`'s time and runs `speed` times as fast.
 *
 * Give it to the clients too, else they wait real seconds between polls.
 *
 * @param speed greater than 0; 60 makes a minute a second.
 */
export function acceleratedClock(speed: number, clock: Clock = systemClock): Clock {
  const startMs = clock.now()
  return {
    now: () => startMs + (clock.now() - startMs) * speed,
    schedule: (delayMs, callback) => clock.schedule(delayMs / speed, callback),
  }
}
