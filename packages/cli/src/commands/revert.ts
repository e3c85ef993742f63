/**
 * `appconfig-kit revert`: takes back a complete deployment.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import type { Command } from 'commander'
import { createClient } from '../appconfig/client.ts'
import {
  type Deployment,
  getDeployment,
  isInProgress,
  isOf,
  listDeployments,
  nameOf,
  stopDeployment,
} from '../appconfig/deployments.ts'
import { findPlace, findProfile, type Place } from '../appconfig/names.ts'
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

interface RevertOptions extends ConnectionOptions, PlaceOptions {
  readonly deployment?: number
  readonly profile?: string
}

/** How far back to look for a complete deployment. */
const MOST_LOOKED_AT = 200

/** The command `revert`. */
export const revertCommand: CommandModule = {
  name: 'revert',
  summary: 'take back a complete deployment, within 72 hours, and go back to the version before',
  declare(command) {
    addPlaceOptions(command)
      .option('-n, --deployment <number>', 'which (default: the newest complete one)', readDeploymentNumber)
      .option('-p, --profile <name>', 'the newest complete one of this profile, by name or id')
    addConnectionOptions(command).addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const options = command.opts<RevertOptions>()
  const client = createClient(options, io)
  try {
    const place = await findPlace(client, options)
    const { deployment, state } = await choose(client, place, options)
    if (state !== 'COMPLETE') {
      throw new CliError(
        'refused',
        `Deployment ${deployment} is ${state}: only a complete one can be reverted.`,
      )
    }
    printDeployment(io.stdout, await stopDeployment(client, place, deployment, true), options)
    return EXIT.ok
  } finally {
    client.destroy()
  }
}

async function choose(
  client: AppConfigClient,
  place: Place,
  { deployment: wanted, profile: wantedProfile }: RevertOptions,
): Promise<Deployment> {
  const profile =
    wantedProfile === undefined ? undefined : await findProfile(client, place.application, wantedProfile)
  const deployments = await listDeployments(client, place, MOST_LOOKED_AT)
  const [newest] = deployments
  if (newest && isInProgress(newest)) {
    const message = `Deployment ${newest.deployment} is ${newest.state} in ${nameOf(place)}: end it first, by appconfig-kit stop.`
    throw new CliError('conflict', message)
  }
  if (wanted !== undefined) return getDeployment(client, place, wanted)
  const complete = deployments.find(
    (each) => each.state === 'COMPLETE' && (profile === undefined || isOf(each, profile)),
  )
  if (complete) return complete
  const where = profile === undefined ? nameOf(place) : `${nameOf(place)}/${profile.name}`
  throw new CliError('notFound', `No deployment is complete in ${where}: there is nothing to revert.`)
}

const HELP = `
AppConfig watches no alarms while it reverts.

Exit codes: 0 reverted, 3 another deployment is in progress, 4 nothing is complete,
5 refused: completed more than 72 hours ago, or not complete.`
