/**
 * The gate of a rollout as AppConfig asks for it: the handler of an extension with AT_DEPLOYMENT_TICK.
 *
 * @module
 */
export type { TickAnswer } from './tick/tick-event.ts'
export { type TickHandler, type TickOptions, tickHandler } from './tick/tick-handler.ts'
