/**
 * `appconfig-kit stop`: stops the deployment that is in progress, which AppConfig then rolls back.
 *
 * @module
 */
import type { Command } from 'commander'
import { createClient } from '../appconfig/client.ts'
import {
  findInProgress,
  getDeployment,
  isInProgress,
  nameOf,
  stopDeployment,
} from '../appconfig/deployments.ts'
import { findPlace } from '../appconfig/names.ts'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import {
  addConnectionOptions,
  addPlaceOptions,
  type ConnectionOptions,
  type PlaceOptions,
  readDeploymentNumber,
} from '../options.ts'
import { printDeployment } from '../printing/print-deployment.ts'

interface StopOptions extends ConnectionOptions, PlaceOptions {
  readonly deployment?: number
}

/** The command `stop`. */
export const stopCommand: CommandModule = {
  name: 'stop',
  summary: 'end the deployment that is in progress, and go back to the version before',
  declare(command) {
    addPlaceOptions(command).option(
      '-n, --deployment <number>',
      'stop it only if it is this one',
      readDeploymentNumber,
    )
    addConnectionOptions(command).addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const options = command.opts<StopOptions>()
  const client = createClient(options, io)
  try {
    const place = await findPlace(client, options)
    const wanted = options.deployment
    const deployment =
      wanted === undefined ? await findInProgress(client, place) : await getDeployment(client, place, wanted)
    if (deployment === undefined) {
      throw new CliError(
        'notFound',
        `No deployment is in progress in ${nameOf(place)}: there is nothing to stop.`,
      )
    }
    const { deployment: number, state } = deployment
    if (!isInProgress(deployment)) {
      const hint = state === 'COMPLETE' ? ' To take it back: appconfig-kit revert.' : ''
      throw new CliError('refused', `Deployment ${number} is ${state}: there is nothing to stop.${hint}`)
    }
    // According to AWS's documentation, a deployment that bakes can be stopped only with `AllowRevert`.
    printDeployment(io.stdout, await stopDeployment(client, place, number, state === 'BAKING'), options)
    return EXIT.ok
  } finally {
    client.destroy()
  }
}

const HELP = `
A deployment that grows or bakes is rolled back. One that is complete is taken back by revert.

Exit codes: 0 stopped, 4 nothing is in progress, 5 it is over already.`
