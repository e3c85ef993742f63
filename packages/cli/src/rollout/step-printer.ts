/**
 * Printing a rollout while it runs: what each step did, and the deployments in progress.
 *
 * @module
 */
import type { Step } from '@appconfig-kit/rollout'
import type { DeploymentPrinter } from '../printing/deployment-printer.ts'
import { deploymentOf, isoOf, noteOn } from './cell-lines.ts'

/** @returns what prints a step; one that says what the last said prints nothing. */
export function stepPrinter(printer: DeploymentPrinter): (step: Step) => void {
  let last = ''
  return function print(step) {
    for (const cell of step.cells) {
      const deployment = deploymentOf(cell)
      if (deployment) printer.show(deployment, noteOn(cell, step.judged))
    }
    const { outcome, did, why } = step
    const until = isoOf(step.untilMs)
    const line =
      did === undefined ? `${why}${until === undefined ? '' : ` until ${until}`}` : `${did}: ${why}`
    if (line === last) return
    last = line
    printer.tell(line, { event: 'step', outcome, did, why, until })
  }
}
