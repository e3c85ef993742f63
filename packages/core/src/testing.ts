/**
 * For tests: a clock that moves only when a test advances it.
 *
 * @module
 */
export { type ManualClock, manualClock } from './manual-clock.ts'
