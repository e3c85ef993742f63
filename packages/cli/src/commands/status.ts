/**
 * `appconfig-kit status`: the deployments of an environment, or one with its event log.
 *
 * @module
 */
import type { Command } from 'commander'
import { createClient } from '../appconfig/client.ts'
import { type Deployment, getDeployment, listDeployments, nameOf } from '../appconfig/deployments.ts'
import { findPlace } from '../appconfig/names.ts'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { type Io, printJson, printLine } from '../io.ts'
import {
  addConnectionOptions,
  addPlaceOptions,
  type ConnectionOptions,
  type PlaceOptions,
  readDeploymentNumber,
  readWhole,
} from '../options.ts'
import { describeDeployment, formatPercentage } from '../printing/describe.ts'
import { table } from '../printing/table.ts'

interface StatusOptions extends ConnectionOptions, PlaceOptions {
  readonly deployment?: number
  readonly limit: number
}

/** The command `status`. */
export const statusCommand: CommandModule = {
  name: 'status',
  summary: 'show the deployments of an environment, or one deployment with its event log',
  declare(command) {
    addPlaceOptions(command)
      .option('-n, --deployment <number>', 'show this one, with its event log', readDeploymentNumber)
      .option('--limit <count>', 'how many of the newest to show', readWhole(1, 1000), 10)
    addConnectionOptions(command).addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const options = command.opts<StatusOptions>()
  const client = createClient(options, io)
  try {
    const place = await findPlace(client, options)
    if (options.deployment !== undefined) {
      showOne(io, await getDeployment(client, place, options.deployment), options)
    } else {
      showList(io, nameOf(place), await listDeployments(client, place, options.limit), options)
    }
    return EXIT.ok
  } finally {
    client.destroy()
  }
}

function showOne(io: Io, deployment: Deployment, { json }: StatusOptions): void {
  if (json) {
    printJson(io.stdout, deployment)
    return
  }
  printLine(io.stdout, describeDeployment(deployment))
  if (deployment.description) printLine(io.stdout, deployment.description)
  const rows = deployment.events.map((event) => [
    event.occurredAt ?? '',
    event.type,
    event.triggeredBy,
    event.description,
  ])
  printLine(io.stdout, `\n${table([['AT', 'EVENT', 'BY', 'WHAT HAPPENED'], ...rows])}`)
}

function showList(io: Io, where: string, deployments: readonly Deployment[], { json }: StatusOptions): void {
  if (json) {
    // A list knows no events: an empty one would say that nothing happened.
    for (const { events: _, ...deployment } of deployments) printJson(io.stdout, deployment)
    return
  }
  if (deployments.length === 0) {
    printLine(io.stdout, `Nothing was ever deployed in ${where}.`)
    return
  }
  const rows = deployments.map((deployment) => [
    String(deployment.deployment),
    deployment.profile,
    deployment.versionLabel === undefined
      ? deployment.version
      : `${deployment.version} (${deployment.versionLabel})`,
    deployment.state,
    formatPercentage(deployment.percentage),
    deployment.startedAt ?? '',
    deployment.completedAt ?? '',
  ])
  const heading = ['DEPLOYMENT', 'PROFILE', 'VERSION', 'STATE', 'REACHED', 'STARTED', 'ENDED']
  printLine(io.stdout, table([heading, ...rows]))
}

const HELP = `
Newest first. Exit code 0 whatever the state of the deployments; for scripts, --json prints it.`
