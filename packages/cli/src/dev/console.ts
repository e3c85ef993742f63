/**
 * The console of `dev`: a page on this machine that shows who gets what, and stops and reverts deployments.
 *
 * It is answered on loopback only, to its own names, and to no page of another origin: as the local AppConfig is.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { consoleRouter, controlPlane, type RolloutLook } from '@appconfig-kit/console'
import {
  agent,
  type AppConfigClient as Client,
  createAppConfig,
  type LayerSpec,
  layer,
  type Source,
  type Tenant,
} from '@appconfig-kit/core'
import { createGuard, type LocalAppConfig } from '@appconfig-kit/local'
import { look, newestLabel, type Plan } from '@appconfig-kit/rollout'
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import { CliError } from '../failure.ts'

/** What the console of `dev` shows, and where. */
export interface DevConsoleOptions {
  readonly local: LocalAppConfig
  readonly client: AppConfigClient
  /** The application, the environment and the profiles that the folder holds. */
  readonly names: DevNames
  /** Undefined: the port after AppConfig's or, where that cannot be had, a free one. */
  readonly port: number | undefined
  /** The plan whose rollouts are shown as waves. */
  readonly plan: Plan | undefined
}

/** What is looked at. */
export interface DevNames {
  readonly application: string
  /** The first is that of tenants without a cell. */
  readonly environments: readonly string[]
  /** The base layer. */
  readonly profile: string
}

/** A console that is served. */
export interface DevConsole {
  readonly url: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** On this machine nobody counts calls. */
const LOOK_EVERY_MS = 250
const POLL_EVERY_MS = 1000

/** @throws {CliError} `usage` where the port cannot be had. */
export async function startConsole({
  local,
  client,
  names,
  port,
  plan,
}: DevConsoleOptions): Promise<DevConsole> {
  const server = createServer()
  await listen(server, port, Number(new URL(local.url).port) + 1)
  const config = clientOf(local, names)
  const guard = createGuard(HOST, [])
  const router = consoleRouter(config, {
    authorize: (request) => guard(headersOf(request)) === undefined,
    values: true,
    loadTenants: true,
    actions: true,
    // Those of your API are made in another process.
    decisions: false,
    deployments: controlPlane(client, { placesEverySeconds: 0 }),
    rollouts: plan && { list: () => newestRollout(plan, client) },
    lookEveryMs: LOOK_EVERY_MS,
    title: `${names.application} on this machine`,
  })
  server.on('request', router)
  // Nothing is polled for a page that nobody opens; why there are no documents, it shows itself.
  server.once('request', () => config.start({ keepsProcessAlive: false }).catch(() => {}))
  return {
    url: `http://${HOST}:${portOf(server)}/`,
    async close() {
      router.close()
      server.close()
      server.closeAllConnections()
      await config.close()
    },
  }
}

/** The rollout of the plan that was the last; none before the first. */
async function newestRollout(plan: Plan, client: AppConfigClient): Promise<readonly RolloutLook[]> {
  const label = await newestLabel(plan, { client })
  return label === undefined ? [] : [{ plan, label, cells: await look(plan, label, { client }) }]
}

async function listen(server: Server, port: number | undefined, next: number): Promise<void> {
  const ports = port === undefined ? [next, 0] : [port]
  for (const each of ports) {
    try {
      server.listen(each, HOST)
      await once(server, 'listening')
      return
    } catch (error) {
      if (each !== ports.at(-1)) continue
      throw new CliError(
        'usage',
        `The port of the console cannot be had (${(error as Error).message}). Give another by --console-port, or --console-port 0 for a free one.`,
        { cause: error },
      )
    }
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/**
 * A client as an application would make it: the base layer, the tier's and the tenant's own where there are any. It
 * asks the Agent, which needs no credentials.
 */
function clientOf(local: LocalAppConfig, { application, environments, profile }: DevNames): Client<unknown> {
  const [first = 'dev'] = environments
  const layers: LayerSpec[] = [
    profile,
    ({ tier }: Tenant) => (tier === undefined ? undefined : layer(`tier-${tier}`, { optional: true })),
    ({ id }: Tenant) => layer(`tenant-${id}`, { optional: true }),
  ]
  return createAppConfig({
    application,
    environment: environments.length > 1 ? ({ cell }: Tenant) => cell ?? first : first,
    layers,
    source: polledOften(agent({ baseUrl: local.agentUrl })),
    logger: false,
  })
}

/** So that what was deployed is seen at once: who looks at the page has just deployed it. */
function polledOften(source: Source): Source {
  return {
    ...source,
    open(document, options) {
      const session = source.open(document, options)
      return {
        poll: async (signal) => ({ ...(await session.poll(signal)), nextPollMs: POLL_EVERY_MS }),
        close: () => session.close?.(),
      }
    },
  }
}

function headersOf({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
  )
}
