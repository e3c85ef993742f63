/**
 * `appconfig-kit deploy`: a file becomes a hosted version, and the version is deployed.
 *
 * Nothing is created while another deployment is in progress in the environment, or for a file that
 * is not what its extension says.
 *
 * @module
 */
import {
  type AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import type { Command } from 'commander'
import { createClient, watchIntervalMs } from '../appconfig/client.ts'
import {
  type Deployment,
  findInProgress,
  followDeployment,
  fromOutput,
  idsOf,
  nameOf,
} from '../appconfig/deployments.ts'
import { findPlace, findProfile, findStrategy, type Named, type Place } from '../appconfig/names.ts'
import type { CommandModule } from '../command.ts'
import { type Content, readContentFile } from '../content-file.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import {
  addConnectionOptions,
  addPlaceOptions,
  type ConnectionOptions,
  type PlaceOptions,
} from '../options.ts'
import { createDeploymentPrinter } from '../printing/deployment-printer.ts'

interface DeployOptions extends ConnectionOptions, PlaceOptions {
  readonly profile: string
  readonly strategy: string
  readonly label?: string
  readonly description?: string
  readonly contentType?: string
  readonly watch?: true
}

export const deployCommand: CommandModule = {
  name: 'deploy',
  summary: 'create a version from a file and deploy it, to AWS or to an AppConfig on this machine',
  declare(command) {
    command.argument('<file>', 'what to deploy: JSON, YAML or text, by its extension')
    addPlaceOptions(command)
    command
      .requiredOption('-p, --profile <name>', 'the configuration profile, by name or id')
      .option(
        '-s, --strategy <name>',
        'the deployment strategy, by name or id',
        'AppConfig.Linear20PercentEvery6Minutes',
      )
      .option('-l, --label <label>', 'a label for the version, such as v1.2.0')
      .option('-d, --description <text>', 'what this is, for version and deployment')
      .option('--content-type <type>', 'the media type, where the extension says it wrong')
      .option('-w, --watch', 'follow the deployment to its end, bake included')
    addConnectionOptions(command).addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const options = command.opts<DeployOptions>()
  const [file = ''] = command.args
  const content = readContentFile(file, options.contentType)
  const client = createClient(options, io.env)
  const printer = createDeploymentPrinter(io.stdout, options.json === true)
  try {
    const place = await findPlace(client, options)
    const profile = await findProfile(client, place.application, options.profile)
    const strategy = await findStrategy(client, options.strategy)
    await refuseWhileBusy(client, place)
    const version = await createVersion(client, place, profile, content, options)
    const started = await start(client, { place, profile, strategy, version, options })
    printer.show(started)
    if (!options.watch) return EXIT.ok

    const ended = await followDeployment(client, place, started.deployment, {
      intervalMs: watchIntervalMs(options, io.env),
      signal: io.interrupted,
      onLook: printer.show,
    })
    return ended.state === 'COMPLETE' ? EXIT.ok : EXIT.failed
  } finally {
    printer.close()
    client.destroy()
  }
}

/** Before a version is made that nobody could deploy now. */
async function refuseWhileBusy(client: AppConfigClient, place: Place): Promise<void> {
  const busy = await findInProgress(client, place)
  if (busy) throw conflict(place, `deployment ${busy.deployment} is ${busy.state}`)
}

async function createVersion(
  client: AppConfigClient,
  place: Place,
  profile: Named,
  { bytes, contentType }: Content,
  { label, description }: DeployOptions,
): Promise<number> {
  try {
    const { VersionNumber = 0 } = await client.send(
      new CreateHostedConfigurationVersionCommand({
        ApplicationId: place.application.id,
        ConfigurationProfileId: profile.id,
        Content: bytes,
        ContentType: contentType,
        VersionLabel: label,
        Description: description,
      }),
    )
    return VersionNumber
  } catch (error) {
    if (label === undefined || (error as Error).name !== 'ConflictException') throw error
    const message = `The label '${label}' is taken in profile ${profile.name}: give this version another.`
    throw new CliError('conflict', message, { cause: error })
  }
}

async function start(
  client: AppConfigClient,
  { place, profile, strategy, version, options }: Start,
): Promise<Deployment> {
  try {
    const output = await client.send(
      new StartDeploymentCommand({
        ...idsOf(place),
        ConfigurationProfileId: profile.id,
        ConfigurationVersion: String(version),
        DeploymentStrategyId: strategy.id,
        Description: options.description,
      }),
    )
    return fromOutput(place, { ConfigurationName: profile.name, ...output })
  } catch (error) {
    if ((error as Error).name !== 'ConflictException') throw error
    // Somebody was faster between the look and the start.
    const message = `another was started first; version ${version} was created and not deployed`
    throw conflict(place, message, error)
  }
}

interface Start {
  readonly place: Place
  readonly profile: Named
  readonly strategy: Named
  readonly version: number
  readonly options: DeployOptions
}

function conflict(place: Place, what: string, cause?: unknown): CliError {
  const message = `An environment has one deployment at a time, and in ${nameOf(place)} ${what}. Wait for it, or end it: appconfig-kit stop.`
  return new CliError('conflict', message, { cause })
}

const HELP = `
Without --endpoint it deploys to AWS, with the credentials the AWS SDK finds. A strategy may be one
of AppConfig's own: AppConfig.AllAtOnce, AppConfig.Linear50PercentEvery30Seconds,
AppConfig.Canary10Percent20Minutes, AppConfig.Linear20PercentEvery6Minutes. All of them bake.

Exit codes: 0 started, or with --watch complete; 1 rolled back, stopped or reverted while watched;
3 another deployment is in progress, or the label is taken; 5 refused, such as by a validator.

  appconfig-kit deploy default.json -a api -e prod-01 -p default --label v1.2.0 --watch`
