/**
 * Reading the file of a plan.
 *
 * @module
 */
import { type Plan, PlanError, readPlan } from '@appconfig-kit/rollout'
import { readBytes } from '../content-file.ts'
import { CliError } from '../failure.ts'

/** @throws {CliError} `usage` for a plan that is none, with its first problem. */
export async function readPlanFile(file: string): Promise<Plan> {
  try {
    return await readPlan(readBytes(file), file)
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    const [first] = error.message.split('\n')
    throw new CliError('usage', `${first}. See appconfig-kit rollout plan ${file}.`)
  }
}
