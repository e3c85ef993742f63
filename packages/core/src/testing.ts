/**
 * What tests need: a clock that moves only when told to.
 *
 * @module
 */
export { type ManualClock, manualClock } from './manual-clock.ts'
