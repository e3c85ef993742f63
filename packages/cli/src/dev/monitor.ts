/**
 * Sees every deployment of a local AppConfig, whoever started it.
 *
 * It looks when told to, and goes on looking while something is in progress; in between it costs
 * nothing.
 *
 * @module
 */
import {
  type AppConfigClient,
  paginateListApplications,
  paginateListEnvironments,
} from '@aws-sdk/client-appconfig'
import { type Deployment, getDeployment, isInProgress, listDeployments } from '../appconfig/deployments.ts'
import type { Named, Place } from '../appconfig/names.ts'

export interface Monitor {
  /** Looks now, or once more if it is looking. */
  look(): void
  close(): void
}

const LOOK_AGAIN_MS = 200
/** Deployments of one environment that may start and end between two looks. */
const MOST_AT_ONCE = 50

/**
 * @param onDeployment told of each deployment that is in progress, and of each that ended since the
 *   last look.
 */
export function createMonitor(
  client: AppConfigClient,
  onDeployment: (deployment: Deployment) => void,
): Monitor {
  /** By environment, the number up to which every deployment has ended and was told. */
  const told = new Map<string, number>()
  let looking = false
  let again = false
  let closed = false
  let timer: NodeJS.Timeout | undefined

  async function lookNow(): Promise<void> {
    looking = true
    clearTimeout(timer)
    let busy = false
    do {
      again = false
      busy = await lookEverywhere().catch(() => false)
    } while (again && !closed)
    looking = false
    if (busy && !closed) timer = setTimeout(() => void lookNow(), LOOK_AGAIN_MS)
  }

  async function lookEverywhere(): Promise<boolean> {
    let busy = false
    for (const place of await placesOf(client)) {
      const key = `${place.application.id}/${place.environment.id}`
      const after = told.get(key) ?? 0
      const fresh = (await listDeployments(client, place, MOST_AT_ONCE)).filter(
        ({ deployment }) => deployment > after,
      )
      for (const { deployment: number } of fresh.reverse()) {
        const deployment = await getDeployment(client, place, number)
        if (closed) return false
        onDeployment(deployment)
        if (isInProgress(deployment)) busy = true
        else told.set(key, number)
      }
    }
    return busy
  }

  return {
    look() {
      if (looking) again = true
      else if (!closed) void lookNow()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

async function placesOf(client: AppConfigClient): Promise<Place[]> {
  const places: Place[] = []
  for await (const { Items: applications = [] } of paginateListApplications({ client }, {})) {
    for (const application of applications) {
      const pages = paginateListEnvironments({ client }, { ApplicationId: application.Id })
      for await (const { Items: environments = [] } of pages) {
        for (const environment of environments) {
          places.push({ application: named(application), environment: named(environment) })
        }
      }
    }
  }
  return places
}

function named({
  Id = '',
  Name = Id,
}: {
  readonly Id?: string | undefined
  readonly Name?: string | undefined
}): Named {
  return { id: Id, name: Name }
}
