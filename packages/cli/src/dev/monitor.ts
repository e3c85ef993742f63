/**
 * A monitor of all deployments of a local AppConfig, whichever client started them.
 *
 * It polls when it is asked to, and as long as a deployment is in progress; otherwise it does nothing.
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

/** Watches the deployments of all environments. */
export interface Monitor {
  /** Polls now, or again after the poll under way. */
  look(): void
  close(): void
}

const LOOK_AGAIN_MS = 200
/** Deployments of one environment that may start and end between two looks, or be reverted. */
const MOST_AT_ONCE = 50

/**
 * Makes a monitor.
 *
 * @param onDeployment called with each deployment that has changed since the last poll, oldest first.
 */
export function createMonitor(
  client: AppConfigClient,
  onDeployment: (deployment: Deployment) => void,
): Monitor {
  /** The reported states of the newest deployments, by environment. A complete one may still be reverted. */
  const told = new Map<string, ReadonlyMap<number, string>>()
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
      const before = told.get(key)
      const now = new Map<number, string>()
      for (const summary of (await listDeployments(client, place, MOST_AT_ONCE)).reverse()) {
        const number = summary.deployment
        const state = `${summary.state} ${summary.percentage}`
        now.set(number, state)
        if (isInProgress(summary)) busy = true
        if (before?.get(number) === state) continue
        const deployment = await getDeployment(client, place, number)
        if (closed) return false
        onDeployment(deployment)
      }
      told.set(key, now)
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
