/**
 * Deploys changed files, one after the other in each environment.
 *
 * AppConfig allows one deployment at a time in an environment. A file that changes meanwhile waits for its
 * end. If a file changes twice, only the newest content is deployed.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalAppConfig } from '@appconfig-kit/local'
import { type AppConfigClient, GetHostedConfigurationVersionCommand } from '@aws-sdk/client-appconfig'
import {
  type Deployment,
  findInProgress,
  isInProgress,
  isOf,
  listDeployments,
} from '../appconfig/deployments.ts'
import { findPlace, findProfile, type Place } from '../appconfig/names.ts'
import { CliError, failureOf } from '../failure.ts'
import { type Document, nameOf } from './documents.ts'

/** Where changed documents are deployed, and callbacks for what happens. */
export interface DeployerOptions {
  readonly local: LocalAppConfig
  readonly client: AppConfigClient
  readonly strategy: string | undefined
  readonly signal: AbortSignal
  /** Called after a document was deployed. */
  readonly onDeployed: () => void
  readonly onWaiting: (document: Document, inProgress: Deployment) => void
  readonly onFailed: (document: Document, message: string) => void
}

const LOOK_AGAIN_MS = 200
/** How far back to look for what is deployed of a profile. */
const MOST_LOOKED_AT = 200

/** @returns a function that takes changed documents. */
export function createDeployer(options: DeployerOptions): (documents: readonly Document[]) => void {
  const { local, client, strategy, signal, onDeployed, onWaiting, onFailed } = options
  const queues = new Map<string, Map<string, Document>>()

  async function drain(key: string, queue: Map<string, Document>): Promise<void> {
    for (const [name, document] of queue) {
      try {
        const place = await existingPlace(client, document)
        const deployed = place && (await deployedContent(client, place, document.profile))
        if (deployed && Buffer.compare(deployed, document.content) === 0) {
          queue.delete(name)
          continue
        }
        const inProgress = place && (await findInProgress(client, place))
        if (inProgress) {
          onWaiting(document, inProgress)
          await untilFree(client, place, signal)
        }
        // Meanwhile there may be a newer one.
        const newest = queue.get(name) ?? document
        queue.delete(name)
        // Where nothing is served yet, a gradual start would leave clients with nothing.
        await local.deploy({ ...newest, strategy: deployed && strategy })
        onDeployed()
      } catch (error) {
        if (signal.aborted) return
        // Another deployment was started just now: back into the queue.
        if ((error as Error).name === 'ConflictException') {
          if (!queue.has(name)) queue.set(name, document)
          continue
        }
        queue.delete(name)
        onFailed(document, failureOf(error).message)
      }
    }
    queues.delete(key)
  }

  return function deployAll(documents) {
    for (const document of documents) {
      const key = `${document.application}/${document.environment}`
      const running = queues.get(key)
      const queue = running ?? new Map<string, Document>()
      queue.set(nameOf(document), document)
      if (running) continue
      queues.set(key, queue)
      // In its own turn, so that all of one look are in the queue before the first is deployed.
      queueMicrotask(() => void drain(key, queue))
    }
  }
}

async function untilFree(client: AppConfigClient, place: Place, signal: AbortSignal): Promise<void> {
  do await sleep(LOOK_AGAIN_MS, undefined, { signal })
  while (await findInProgress(client, place))
}

function existingPlace(client: AppConfigClient, document: Document): Promise<Place | undefined> {
  return findPlace(client, document).catch(notThere)
}

function notThere(error: unknown): undefined {
  if (!(error instanceof CliError) || error.exit !== 'notFound') throw error
}

/**
 * The content that is deployed of a profile, or being deployed; after a restart with `--state` that may be
 * the file.
 */
async function deployedContent(
  client: AppConfigClient,
  place: Place,
  profile: string,
): Promise<Uint8Array | undefined> {
  const named = await findProfile(client, place.application, profile).catch(notThere)
  if (named === undefined) return undefined
  const newest = (await listDeployments(client, place, MOST_LOOKED_AT)).find(
    (each) => isOf(each, named) && (each.state === 'COMPLETE' || isInProgress(each)),
  )
  if (newest === undefined) return undefined
  const { Content } = await client.send(
    new GetHostedConfigurationVersionCommand({
      ApplicationId: place.application.id,
      ConfigurationProfileId: named.id,
      VersionNumber: Number(newest.version),
    }),
  )
  return Content
}
