/**
 * All that a part of a step needs.
 *
 * @module
 */
import type { Ports } from './appconfig/ports.ts'
import type { Content } from './content.ts'
import type { View } from './look.ts'
import type { Plan } from './plan/plan.ts'

/** A step's arguments, and what it saw. */
export interface StepContext {
  readonly plan: Plan
  readonly label: string
  readonly content: Content | undefined
  readonly ports: Ports
  readonly view: View
}
