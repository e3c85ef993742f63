/**
 * Prints one deployment, once.
 *
 * @module
 */
import type { Deployment } from '../appconfig/deployments.ts'
import { type Output, printJson, printLine } from '../io.ts'
import { describeDeployment } from './describe.ts'

/** One line for people, one object for scripts. */
export function printDeployment(
  output: Output,
  deployment: Deployment,
  { json }: { readonly json?: true },
): void {
  if (json) printJson(output, deployment)
  else printLine(output, describeDeployment(deployment))
}
