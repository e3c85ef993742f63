/**
 * `appconfig-kit deploy`: a file becomes a hosted version, and the version is deployed.
 *
 * Nothing is created while another deployment is in progress in the environment, or for a file that a client
 * would refuse. An interrupted run may be repeated: with the same label and content it continues where it
 * stopped.
 *
 * @module
 */
import { type AppConfigClient, StartDeploymentCommand } from '@aws-sdk/client-appconfig'
import { type Command, InvalidArgumentError } from 'commander'
import { createClient, watchIntervalMs } from '../appconfig/client.ts'
import {
  type Deployment,
  followDeployment,
  fromOutput,
  idsOf,
  isInProgress,
  isOf,
  listDeployments,
  nameOf,
} from '../appconfig/deployments.ts'
import { findPlace, findProfile, findStrategy, type Named, type Place } from '../appconfig/names.ts'
import {
  createVersion,
  fitsHeader,
  hasContent,
  labelTaken,
  type ProfilePlace,
} from '../appconfig/versions.ts'
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

/** How far back to look for the profile's newest deployment. */
const MOST_LOOKED_AT = 50

interface DeployOptions extends ConnectionOptions, PlaceOptions {
  readonly profile: string
  readonly strategy: string
  readonly label?: string
  readonly description?: string
  readonly contentType?: string
  readonly watch?: true
}

/** The command `deploy`. */
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
      .option('-l, --label <label>', 'a label for the version, such as v1.2.0', readHeaderText)
      .option('-d, --description <text>', 'what this is, for version and deployment')
      .option('--content-type <type>', 'the media type, where the extension says it wrong', readHeaderText)
      .option('-w, --watch', 'follow the deployment to its end, bake included')
    addConnectionOptions(command).addHelpText('after', HELP)
  },
  run,
}

/** Reads what travels in a header. */
function readHeaderText(text: string): string {
  if (fitsHeader(text)) return text
  throw new InvalidArgumentError('It takes printable ASCII only.')
}

async function run(command: Command, io: Io): Promise<number> {
  const options = command.opts<DeployOptions>()
  const [file = ''] = command.args
  const content = await readContentFile(file, options.contentType)
  const client = createClient(options, io)
  const printer = createDeploymentPrinter(io.stdout, options.json === true)
  try {
    const place = await findPlace(client, options)
    const profile = await findProfile(client, place.application, options.profile)
    const strategy = await findStrategy(client, options.strategy)
    const at = { application: place.application, profile }
    const deployments = await listDeployments(client, place, MOST_LOOKED_AT)
    const before = await findStarted(client, at, deployments, content, options)
    if (before)
      printer.tell(alreadyStarted(before), { event: 'already-started', deployment: before.deployment })
    const [newest] = deployments
    // Checked before a version is made that could not be deployed now.
    if (newest && !before && isInProgress(newest)) {
      throw conflict(place, `deployment ${newest.deployment} is ${newest.state}`)
    }
    const started =
      before ??
      (await start(client, {
        place,
        profile,
        strategy,
        version: await createVersion(client, at, content, options),
        after: newest?.deployment,
        options,
      }))
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

/**
 * The deployment that this one would repeat: the profile's newest, with this label and this content,
 * in progress or complete. A run of the command that broke off may have started it.
 *
 * @throws {CliError} `conflict` where the label stands for another content.
 */
async function findStarted(
  client: AppConfigClient,
  place: ProfilePlace,
  deployments: readonly Deployment[],
  { bytes }: Content,
  { label }: DeployOptions,
): Promise<Deployment | undefined> {
  const newest = deployments.find((each) => isOf(each, place.profile))
  if (label === undefined || newest?.versionLabel !== label) return undefined
  if (!isInProgress(newest) && newest.state !== 'COMPLETE') return undefined
  if (await hasContent(client, place, Number(newest.version), bytes)) return newest
  throw labelTaken(place, label)
}

async function start(
  client: AppConfigClient,
  { place, profile, strategy, version, after, options }: Start,
): Promise<Deployment> {
  try {
    const output = await client.send(
      new StartDeploymentCommand({
        ...idsOf(place),
        ConfigurationProfileId: profile.id,
        ConfigurationVersion: String(version),
        DeploymentStrategyId: strategy.id,
        Description: options.description,
        // AppConfig refuses if another deployment was started since the check.
        LatestDeploymentNumber: after,
      }),
    )
    return fromOutput(place, { ConfigurationName: profile.name, ...output })
  } catch (error) {
    if ((error as Error).name !== 'ConflictException') throw error
    // Another deployment was started between the check and this start.
    const message = `another was started first; version ${version} was created and not deployed`
    throw conflict(place, message, error)
  }
}

interface Start {
  readonly place: Place
  readonly profile: Named
  readonly strategy: Named
  readonly version: number
  /** The number of the environment's newest deployment; none before the first. */
  readonly after: number | undefined
  readonly options: DeployOptions
}

function alreadyStarted({ deployment, state }: Deployment): string {
  return `Deployment ${deployment} of this label and content is ${state}: nothing new is started.`
}

function conflict(place: Place, what: string, cause?: unknown): CliError {
  const message = `An environment has one deployment at a time, and in ${nameOf(place)} ${what}. Wait for it, or end it: appconfig-kit stop.`
  return new CliError('conflict', message, { cause })
}

const HELP = `
Without --endpoint it deploys to AWS, with the credentials the AWS SDK finds. A strategy may be one
of AppConfig's own: AppConfig.AllAtOnce, AppConfig.Linear50PercentEvery30Seconds,
AppConfig.Canary10Percent20Minutes, AppConfig.Linear20PercentEvery6Minutes. All of them bake.

A run that broke off may be repeated: with the same --label and content, the version that was made
is deployed, and a deployment of it that is under way or complete is left as it is, exit code 0.
A description that is not printable ASCII is the deployment's only.

Exit codes: 0 started, or with --watch complete; 1 rolled back, stopped or reverted while watched;
3 another deployment is in progress, or the label stands for other content; 5 refused, such as by a
validator.

  appconfig-kit deploy default.json -a api -e prod-01 -p default --label v1.2.0 --watch`
