/**
 * Moves deployments on to the present.
 *
 * Nothing ticks. Whatever time has brought since last asked is applied here, in order and each at
 * its own time, before any request is answered; so a deployment progresses as well on a clock that
 * jumps, and while the process was down. Only where extensions have to be asked first it stands still until
 * they have answered (`ticks.ts`).
 *
 * @module
 */
import type { Deployment, DeploymentEvent, Environment, EnvironmentState } from '../resources/entities.ts'
import { type FiringAlarm, firingAlarm, putEnvironment } from '../resources/environments.ts'
import type { State } from '../store/state.ts'
import { nextTickMs } from './applied-extensions.ts'
import { type Transition, timelineOf } from './timeline.ts'

/** Brings every deployment in progress up to `now`, rolling back what an alarm forbids. */
export function settle(state: State): void {
  for (const environment of state.environments.all()) {
    const deployment = deploymentInProgress(state, environment)
    if (deployment) settleDeployment(state, environment, deployment)
  }
}

/** The environment's deployment that is not over, if any. There is never more than one. */
export function deploymentInProgress(state: State, environment: Environment): Deployment | undefined {
  if (environment.State !== 'Deploying') return undefined
  const { ApplicationId, Id, latestDeployment } = environment
  return state.deployments.get(`${ApplicationId}/${Id}/${latestDeployment}`)
}

/** Applies what is due to one deployment. */
export function settleDeployment(state: State, environment: Environment, deployment: Deployment): Deployment {
  const startedMs = Date.parse(deployment.StartedAt)
  const timeline = timelineOf(deployment, state.settings.linearFirstStep)
  const untilMs = Math.min(state.clock.now(), nextTickMs(state, deployment))
  let current = deployment
  for (const transition of timeline.slice(deployment.transitions)) {
    if (startedMs + transition.atMs > untilMs) break
    current = afterTransition(current, transition, new Date(startedMs + transition.atMs).toISOString())
  }
  const alarm = current.State === 'COMPLETE' ? undefined : firingAlarm(state, environment)
  if (alarm) {
    current = rolledBackByAlarm(current, alarm, nowOf(state))
  }
  if (current !== deployment) putDeployment(state, environment, current)
  return current
}

/** The deployment as it is once a user stopped it before its completion. */
export function rolledBackByUser(deployment: Deployment, OccurredAt: string): Deployment {
  const Description = 'Deployment rolled back by user request'
  const event = { EventType: 'ROLLBACK_COMPLETED', TriggeredBy: 'USER', Description, OccurredAt } as const
  return rolledBack(deployment, [event])
}

function rolledBackByAlarm(
  deployment: Deployment,
  { arn, alarmState }: FiringAlarm,
  OccurredAt: string,
): Deployment {
  const TriggeredBy = 'CLOUDWATCH_ALARM'
  const Description = `Rollback started: alarm ${arn} is in ${alarmState}`
  return rolledBack(deployment, [
    { EventType: 'ROLLBACK_STARTED', TriggeredBy, Description, OccurredAt },
    { EventType: 'ROLLBACK_COMPLETED', TriggeredBy, Description: 'Rollback completed', OccurredAt },
  ])
}

/** The deployment as it is after a rollback, with the events that tell of it, oldest first. */
export function rolledBack(deployment: Deployment, events: readonly DeploymentEvent[]): Deployment {
  const CompletedAt = events.at(-1)?.OccurredAt
  return withEvents({ ...deployment, State: 'ROLLED_BACK', PercentageComplete: 0, CompletedAt }, events)
}

/** The deployment with newer events, given oldest first. */
export function withEvents(deployment: Deployment, events: readonly DeploymentEvent[]): Deployment {
  return { ...deployment, EventLog: [...events.toReversed(), ...deployment.EventLog] }
}

/** Keeps a changed deployment, and what it means for its environment. */
export function putDeployment(state: State, environment: Environment, deployment: Deployment): void {
  const { ApplicationId, EnvironmentId, DeploymentNumber } = deployment
  state.deployments.put(`${ApplicationId}/${EnvironmentId}/${DeploymentNumber}`, deployment)
  const latestDeployment = Math.max(environment.latestDeployment, DeploymentNumber)
  putEnvironment(state, { ...environment, latestDeployment, State: ENVIRONMENT_STATE[deployment.State] })
}

/** The state's time as AppConfig writes it. */
export function nowOf(state: State): string {
  return new Date(state.clock.now()).toISOString()
}

const ENVIRONMENT_STATE: Readonly<Record<Deployment['State'], EnvironmentState>> = {
  DEPLOYING: 'Deploying',
  BAKING: 'Deploying',
  COMPLETE: 'ReadyForDeployment',
  ROLLED_BACK: 'RolledBack',
  REVERTED: 'Reverted',
}

function afterTransition(before: Deployment, transition: Transition, OccurredAt: string): Deployment {
  const deployment = { ...before, transitions: before.transitions + 1 }
  const event = (EventType: DeploymentEvent['EventType'], Description: string): DeploymentEvent[] => [
    { EventType, TriggeredBy: 'APPCONFIG', Description, OccurredAt },
  ]
  if (transition.kind === 'percentage') {
    const { percentage } = transition
    const grown = { ...deployment, PercentageComplete: percentage }
    // AWS's log of a deployment that completes at once does not mention a step.
    if (isInstant(deployment)) return grown
    const text = `Configuration available to ${percentage.toFixed(2)}% of clients`
    return withEvents(grown, event('PERCENTAGE_UPDATED', text))
  }
  if (transition.kind === 'bake') {
    const baking = { ...deployment, State: 'BAKING' as const }
    return withEvents(baking, event('BAKE_TIME_STARTED', 'Deployment bake time started'))
  }
  const complete = { ...deployment, State: 'COMPLETE' as const, CompletedAt: OccurredAt }
  const text = isInstant(deployment) ? 'Deployment completed instantly' : 'Deployment completed'
  return withEvents(complete, event('DEPLOYMENT_COMPLETED', text))
}

function isInstant({ DeploymentDurationInMinutes, FinalBakeTimeInMinutes }: Deployment): boolean {
  return DeploymentDurationInMinutes + FinalBakeTimeInMinutes === 0
}
