/**
 * `appconfig-kit dev`: an AppConfig on this machine, filled from a folder.
 *
 * Ctrl-C and SIGTERM close everything and end it with exit code 0.
 *
 * @module
 */
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadParser } from '@appconfig-kit/core/documents'
import { type LocalAppConfig, LocalAppConfigError, startLocalAppConfig } from '@appconfig-kit/local'
import { createClient } from '../appconfig/client.ts'
import { findStrategy } from '../appconfig/names.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import {
  createDeploymentPrinter,
  type DeploymentPrinter,
  type Telling,
} from '../printing/deployment-printer.ts'
import { readPlanFile } from '../rollout/read-plan-file.ts'
import { type DevConsole, type DevNames, startConsole } from './console.ts'
import { createDeployer } from './deployer.ts'
import { type Document, documentsIn, nameOf } from './documents.ts'
import { createMonitor, type Monitor } from './monitor.ts'
import { watchFolder } from './watch-folder.ts'

/** The options as they are read. */
export interface DevOptions {
  readonly port: number
  readonly agentPort: number
  readonly consolePort?: number
  /** The file of the plan whose rollouts the console shows. */
  readonly rollout?: string
  /** False: without a console. */
  readonly console: boolean
  readonly directory: string
  readonly state?: string
  readonly strategy?: string
  readonly speed: number
  readonly json?: true
}

/** @returns the exit code, once it was ended. */
export async function runDev(options: DevOptions, io: Io): Promise<number> {
  const folder = resolve(options.directory)
  refuseNoFolder(folder)
  const plan = options.rollout === undefined ? undefined : await readPlanFile(options.rollout)
  await loadParser({ contentType: 'application/yaml' })
  const { port, agentPort, state, speed } = options
  const local = await startLocalAppConfig({ port, agentPort, speed, directory: state }).catch(
    namingPortOption,
  )
  // Not from the environment: this client is for the AppConfig that was just started.
  const client = createClient({ endpoint: local.url, region: 'us-east-1' }, { env: {}, stderr: io.stderr })
  const printer = createDeploymentPrinter(io.stdout, options.json === true)
  const monitor = createMonitor(client, printer.show)
  let endWatching: (() => Promise<void>) | undefined
  let page: DevConsole | undefined
  try {
    if (options.strategy !== undefined) await findStrategy(client, options.strategy)
    lookWhenOthersDeploy(local, monitor)
    const deploy = createDeployer({
      local,
      client,
      strategy: options.strategy,
      signal: io.interrupted,
      onDeployed: monitor.look,
      onWaiting: (document, { deployment, state }) => {
        const name = nameOf(document)
        const message = `${name} has changed and waits: deployment ${deployment} is ${state}.`
        printer.tell(message, { event: 'waiting', document: name, deployment })
      },
      onFailed: (document, message) => {
        const text = `${nameOf(document)} was refused: ${message} Not deployed.`
        printer.tell(text, problem(text))
      },
    })
    const deployChanges = deployingChanges(folder, printer, deploy)
    endWatching = await watchFolder(folder, {
      onChange: deployChanges,
      onError: (error) => {
        const message = `Watching ${folder} failed: ${(error as Error).message}. Start again.`
        printer.tell(message, problem(message))
      },
    })
    const names = namesIn(folder)
    if (options.console)
      page = await startConsole({ local, client, names: names ?? NO_NAMES, port: options.consolePort, plan })
    greet({ local, folder, speed, names, consoleUrl: page?.url }, printer)
    monitor.look()
    deployChanges()
    if (!io.interrupted.aborted) await once(io.interrupted, 'abort')
    return EXIT.ok
  } finally {
    monitor.close()
    printer.close()
    await page?.close()
    await endWatching?.()
    client.destroy()
    await local.close()
  }
}

/** Reads the folder, reports problems, and deploys new content. */
function deployingChanges(
  folder: string,
  printer: DeploymentPrinter,
  deploy: (documents: readonly Document[]) => void,
): () => void {
  const look = documentsIn(folder)
  return function deployChanges() {
    const { changed, removed, problems } = look()
    for (const message of problems) printer.tell(message, problem(message))
    for (const name of removed) {
      const message = `${name} is no longer in the folder; AppConfig goes on serving its last version.`
      printer.tell(message, { event: 'removed', document: name })
    }
    deploy(changed)
  }
}

/** A deployment that another terminal starts or stops is shown too. */
function lookWhenOthersDeploy(local: LocalAppConfig, monitor: Monitor): void {
  for (const operation of ['StartDeployment', 'StopDeployment']) {
    const wait = (): void => {
      void local.calls.next(operation).then(() => {
        wait()
        monitor.look()
      })
    }
    wait()
  }
}

/** The complaint of a port that is taken, in terms of this command's options. */
function namingPortOption(error: unknown): never {
  if (!(error instanceof LocalAppConfigError) || error.option === undefined) throw error
  const [what, option] = error.option === 'port' ? ['AppConfig', '--port'] : ['the Agent', '--agent-port']
  throw new CliError(
    'usage',
    `The port of ${what} cannot be had (${messageOf(error.cause)}). Give another by ${option}, or ${option} 0 for a free one.`,
    { cause: error },
  )
}

function messageOf(cause: unknown): string {
  return (cause as { readonly message?: string } | undefined)?.message ?? String(cause)
}

function refuseNoFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  throw new CliError(
    'usage',
    `There is no folder ${folder}. Make it, with a file such as api/dev/default.json (application/environment/profile), or name another by --directory.`,
  )
}

interface Greeting {
  readonly local: LocalAppConfig
  readonly folder: string
  readonly speed: number
  readonly names: DevNames | undefined
  readonly consoleUrl: string | undefined
}

function greet({ local, folder, speed, names, consoleUrl }: Greeting, printer: DeploymentPrinter): void {
  const environment = {
    AWS_ENDPOINT_URL_APPCONFIG: local.url,
    AWS_ENDPOINT_URL_APPCONFIGDATA: local.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    APPCONFIG_AGENT_URL: local.agentUrl,
    ...(names !== undefined && {
      APPCONFIG_APPLICATION: names.application,
      APPCONFIG_ENVIRONMENT: names.environments[0] as string,
      APPCONFIG_PROFILE: names.profile,
    }),
  }
  const page = consoleUrl === undefined ? '' : `\n  console      ${consoleUrl}`
  const pace = speed === 1 ? '' : `\n  time         ${speed} times as fast`
  const exports = Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`)
  const text = `
  AppConfig    ${local.url}
  its Agent    ${local.agentUrl}${page}
  fed by       ${folder}${pace}

In the terminal of your API, and of the AWS tools:

${exports.join('\n')}

Ready: edit a file, and it is deployed. Stop: Ctrl-C
`
  printer.tell(text, {
    event: 'ready',
    url: local.url,
    agentUrl: local.agentUrl,
    ...(consoleUrl !== undefined && { consoleUrl }),
    folder,
    environment,
  })
}

/** What the console looks at while the folder is empty: it is what the documentation begins with. */
const NO_NAMES: DevNames = { application: 'api', environments: ['dev'], profile: 'default' }

/**
 * The application, its environments and the profile that `appConfig()` needs besides: the first of each; undefined for
 * an empty folder.
 */
function namesIn(folder: string): DevNames | undefined {
  const documents = documentsIn(folder)().changed
  const [first] = documents
  if (first === undefined) return undefined
  const { application, environment } = first
  const ofApplication = documents.filter((each) => each.application === application)
  const profiles = ofApplication
    .filter((each) => each.environment === environment)
    .map(({ profile }) => profile)
  return {
    application,
    environments: [environment, ...ofApplication.map((each) => each.environment)].filter(
      (name, at, all) => all.indexOf(name) === at,
    ),
    profile: profiles.includes('default') ? 'default' : (profiles[0] as string),
  }
}

function problem(message: string): Telling {
  return { event: 'problem', message }
}
