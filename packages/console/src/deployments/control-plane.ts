/**
 * Deployments as AppConfig's control plane tells of them.
 *
 * Applications and environments are listed once a minute at most. A deployment's event log is asked for when its state
 * or percentage has changed.
 *
 * @module
 */
import {
  type AppConfigClient,
  GetDeploymentCommand,
  type GetDeploymentCommandOutput,
  ListApplicationsCommand,
  ListDeploymentsCommand,
  ListEnvironmentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import type { DeploymentAction, ShownDeployment } from '../wire.ts'
import { type Deployments, isInProgress } from './deployments.ts'

/** Which deployments to show, and how often to ask. */
export interface ControlPlaneOptions {
  /** The name of the only application to look at. @default all of them */
  readonly application?: string | undefined
  /** The name of the only environment to look at. @default all of them */
  readonly environment?: string | undefined
  /** How many of the newest deployments of each environment are shown, 1 to 50. @default 5 */
  readonly newest?: number | undefined
  /** Seconds between two lists of applications and environments. @default 60 */
  readonly placesEverySeconds?: number | undefined
  /** Milliseconds one call may take. @default 5000 */
  readonly requestTimeoutMs?: number | undefined
}

interface Place {
  readonly applicationId: string
  readonly environmentId: string
  readonly name: string
}

/**
 * Deployments that an SDK client of AppConfig sees. Stopping them takes the permission `appconfig:StopDeployment`.
 *
 * @example
 * consoleRouter(client, { authorize, deployments: controlPlane(new AppConfigClient(), { application: 'api' }) })
 */
export function controlPlane(
  client: Pick<AppConfigClient, 'send'>,
  options: ControlPlaneOptions = {},
): Deployments & Required<Pick<Deployments, 'stop'>> {
  const { newest = 5, placesEverySeconds = 60, requestTimeoutMs = 5000 } = options
  const known = new Map<string, ShownDeployment>()
  let places: readonly Place[] = []
  let placesUntilMs = 0
  const send = ((command: Parameters<AppConfigClient['send']>[0]) =>
    client.send(command, { abortSignal: AbortSignal.timeout(requestTimeoutMs) })) as AppConfigClient['send']

  async function allPlaces(): Promise<readonly Place[]> {
    if (performance.now() >= placesUntilMs) {
      places = await placesOf(send, options)
      placesUntilMs = performance.now() + placesEverySeconds * 1000
    }
    return places
  }

  async function newestOf(place: Place): Promise<ShownDeployment[]> {
    const ids = { ApplicationId: place.applicationId, EnvironmentId: place.environmentId }
    const { Items = [] } = await send(new ListDeploymentsCommand({ ...ids, MaxResults: newest }))
    const shown: ShownDeployment[] = []
    for (const { DeploymentNumber, State, PercentageComplete = 0 } of Items) {
      const before = known.get(idOf(place, DeploymentNumber))
      if (before?.state === State && before?.percentage === PercentageComplete) shown.push(before)
      else shown.push(shownOf(place, await send(new GetDeploymentCommand({ ...ids, DeploymentNumber }))))
    }
    return shown
  }

  return {
    async list() {
      const shown: ShownDeployment[] = []
      for (const place of await allPlaces()) shown.push(...(await newestOf(place)))
      known.clear()
      for (const deployment of shown) known.set(deployment.id, deployment)
      return [...shown.filter(isInProgress), ...shown.filter((each) => !isInProgress(each)).sort(byStart)]
    },
    async stop(id, action) {
      const [ApplicationId = '', EnvironmentId = '', number] = id.split('/')
      // What was never listed may be outside of what this console is for.
      if (!known.has(id)) throw new Error('There is no such deployment here.')
      const ids = { ApplicationId, EnvironmentId, DeploymentNumber: Number(number) }
      const { State } = await send(new GetDeploymentCommand(ids))
      refuseWrongState(State ?? '', action)
      // According to AWS's documentation, a deployment that bakes can be stopped only with `AllowRevert`.
      await send(
        new StopDeploymentCommand({ ...ids, AllowRevert: action === 'revert' || State === 'BAKING' }),
      )
    },
  }
}

/** Between the look and the click a deployment may have ended: to stop must not become to revert. */
function refuseWrongState(state: string, action: DeploymentAction): void {
  const fits = action === 'stop' ? isInProgress({ state }) : state === 'COMPLETE'
  if (!fits)
    throw new Error(`The deployment is ${state} meanwhile: there is nothing to ${action}. Look again.`)
}

async function placesOf(
  send: AppConfigClient['send'],
  { application, environment }: ControlPlaneOptions,
): Promise<readonly Place[]> {
  const places: Place[] = []
  for (const { id: ApplicationId, name } of await all((NextToken) =>
    send(new ListApplicationsCommand({ NextToken })),
  )) {
    if (application !== undefined && name !== application) continue
    for (const found of await all((NextToken) =>
      send(new ListEnvironmentsCommand({ ApplicationId, NextToken })),
    )) {
      if (environment !== undefined && found.name !== environment) continue
      places.push({
        applicationId: ApplicationId,
        environmentId: found.id,
        name: `${name}/${found.name}`,
      })
    }
  }
  return places
}

interface Page {
  readonly Items?: { readonly Id?: string | undefined; readonly Name?: string | undefined }[] | undefined
  readonly NextToken?: string | undefined
}

/** The things of all pages, by id and name. */
async function all(
  getPage: (token: string | undefined) => Promise<Page>,
): Promise<{ readonly id: string; readonly name: string }[]> {
  const items: { readonly id: string; readonly name: string }[] = []
  let token: string | undefined
  do {
    const page = await getPage(token)
    for (const { Id = '', Name = Id } of page.Items ?? []) items.push({ id: Id, name: Name })
    token = page.NextToken
  } while (token !== undefined)
  return items
}

function idOf({ applicationId, environmentId }: Place, number: number | undefined): string {
  return `${applicationId}/${environmentId}/${number}`
}

function shownOf(place: Place, output: GetDeploymentCommandOutput): ShownDeployment {
  return {
    id: idOf(place, output.DeploymentNumber),
    document: `${place.name}/${output.ConfigurationName}`,
    number: output.DeploymentNumber ?? 0,
    version: output.VersionLabel ?? output.ConfigurationVersion ?? '',
    state: output.State ?? '',
    percentage: output.PercentageComplete ?? 0,
    startedAt: output.StartedAt?.toISOString(),
    completedAt: output.CompletedAt?.toISOString(),
    events: (output.EventLog ?? []).map((event) => ({
      type: event.EventType ?? '',
      triggeredBy: event.TriggeredBy ?? '',
      description: event.Description ?? '',
      occurredAt: event.OccurredAt?.toISOString(),
    })),
  }
}

function byStart(a: ShownDeployment, b: ShownDeployment): number {
  return (b.startedAt ?? '').localeCompare(a.startedAt ?? '')
}
