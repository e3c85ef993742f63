/**
 * Ticks: extensions are asked, at regular times of a deployment in progress, whether it may go on.
 *
 * Each tick that is due is asked, in order and at its own time, however far the clock has jumped: what is due
 * after it does not happen before it is answered, and never if it is answered with ROLL_BACK. A deployment has
 * one tick at a time. Its answer is kept together with what it brings, so a process that is killed meanwhile
 * asks again, and what had been answered is not asked again.
 *
 * Nothing but the request that finds a tick due waits for it. All others are answered with the deployment as it
 * stands, since they may be the extension's own.
 *
 * @module
 */
import type { Deployment, DeploymentEvent } from '../resources/entities.ts'
import type { State } from '../store/state.ts'
import { extensionsOf, nextTickMs } from './applied-extensions.ts'
import { askExtension, type Refusal } from './ask-extension.ts'
import { deploymentInProgress, putDeployment, rolledBack, settle, settleDeployment } from './progress.ts'

/** Brings every deployment up to now, and asks what extensions have to be asked for that. */
export async function settled(state: State): Promise<void> {
  settle(state)
  if (!state.life.isOpen) return
  const started = deploymentsToAsk(state)
    .map(keyOf)
    .filter((key) => !state.ticksInFlight.has(key))
    .map((key) => start(state, key))
  await Promise.all(started)
}

/** {@link settled}, and waits for the ticks of others too: not to be called on behalf of an extension. */
export async function upToDate(state: State): Promise<void> {
  await settled(state)
  while (state.ticksInFlight.size > 0) {
    await Promise.all(state.ticksInFlight.values())
    await settled(state)
  }
  if (state.life.isOpen) state.commit()
}

/** Asks when it is time, without waiting for a request. @returns a function that ends it. */
export function tickByClock(state: State): () => void {
  const intervalMs = state.settings.tickIntervalSeconds * 1000
  let cancel = schedule(intervalMs)

  function schedule(delayMs: number): () => void {
    return state.clock.schedule(delayMs, () => {
      // What it fails of, such as a full disk, the next request meets too, and tells.
      upToDate(state).then(
        () => again(untilNextMs()),
        () => again(intervalMs),
      )
    })
  }

  function again(delayMs: number): void {
    if (state.life.isOpen) cancel = schedule(delayMs)
  }

  /** At most an interval: a deployment that starts meanwhile has its first tick an interval later. */
  function untilNextMs(): number {
    const times = state.environments.all().flatMap((environment) => {
      const deployment = deploymentInProgress(state, environment)
      return deployment ? [nextTickMs(state, deployment)] : []
    })
    return Math.max(1, Math.min(intervalMs, ...times.map((atMs) => atMs - state.clock.now())))
  }

  return () => cancel()
}

function start(state: State, key: string): Promise<void> {
  const asking = askUntilNow(state, key).finally(() => state.ticksInFlight.delete(key))
  state.ticksInFlight.set(key, asking)
  return asking
}

async function askUntilNow(state: State, key: string): Promise<void> {
  for (;;) {
    const [deployment] = deploymentsToAsk(state).filter((each) => keyOf(each) === key)
    if (!deployment) return
    // What led here is kept before anybody else acts on it.
    state.commit()
    const refusal = await firstRefusal(state, deployment)
    if (!state.life.isOpen) return
    answer(state, key, refusal)
    state.commit()
  }
}

function deploymentsToAsk(state: State): Deployment[] {
  return state.environments.all().flatMap((environment) => {
    const deployment = deploymentInProgress(state, environment)
    return deployment && nextTickMs(state, deployment) <= state.clock.now() ? [deployment] : []
  })
}

/** One after the other, as AWS calls several actions of one action point. */
async function firstRefusal(state: State, deployment: Deployment): Promise<Refusal | undefined> {
  for (const extension of extensionsOf(state, deployment)) {
    const refusal = await askExtension(state, deployment, extension)
    if (refusal) return refusal
  }
  return undefined
}

/** Nothing, where somebody or an alarm ended the deployment meanwhile. */
function answer(state: State, key: string, refusal: Refusal | undefined): void {
  const deployment = state.deployments.get(key)
  const environment =
    deployment && state.environments.get(`${deployment.ApplicationId}/${deployment.EnvironmentId}`)
  if (!environment || deploymentInProgress(state, environment) !== deployment) return
  const atMs = nextTickMs(state, deployment)
  const answered = { ...deployment, tickedMs: atMs - Date.parse(deployment.StartedAt) }
  if (refusal) {
    putDeployment(state, environment, rolledBackByExtension(answered, refusal, atMs))
  } else {
    putDeployment(state, environment, answered)
    settleDeployment(state, environment, answered)
  }
}

function rolledBackByExtension(
  deployment: Deployment,
  { TriggeredBy, Description, invocation }: Refusal,
  atMs: number,
): Deployment {
  // A process without the extension may have moved it on beyond the tick.
  const newestMs = Date.parse(deployment.EventLog[0]?.OccurredAt ?? deployment.StartedAt)
  const OccurredAt = new Date(Math.max(atMs, newestMs)).toISOString()
  const events: DeploymentEvent[] = [
    { EventType: 'ROLLBACK_STARTED', TriggeredBy, Description, ActionInvocations: [invocation], OccurredAt },
    { EventType: 'ROLLBACK_COMPLETED', TriggeredBy, Description: 'Rollback completed', OccurredAt },
  ]
  return rolledBack(deployment, events)
}

function keyOf({ ApplicationId, EnvironmentId, DeploymentNumber }: Deployment): string {
  return `${ApplicationId}/${EnvironmentId}/${DeploymentNumber}`
}
