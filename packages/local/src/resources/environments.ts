/**
 * Environments: where deployments go, one at a time, watched by alarms.
 *
 * @module
 */

import { badRequest, conflict, notFound } from '../errors.ts'
import type { State } from '../store/state.ts'
import { getApplication } from './applications.ts'
import { refuseWhilePolled } from './deletion-protection.ts'
import type { AlarmState, Environment, Monitor } from './entities.ts'
import { newId } from './ids.ts'
import {
  DESCRIPTION,
  IDENTIFIER,
  type Members,
  NAME,
  objects,
  optionalText,
  text,
  withoutUndefined,
} from './members.ts'
import { type Page, page } from './pages.ts'
import { forgetTags, tagNew } from './tags.ts'

const MOST_MONITORS = 5

/** An environment as the API shows it. */
export type EnvironmentOutput = Omit<Environment, 'latestDeployment' | 'createdAtMs'>

/** An alarm that forbids deploying, and why. */
export interface FiringAlarm {
  readonly arn: string
  readonly alarmState: AlarmState
}

/** CreateEnvironment. @throws {AppConfigServiceError} `BadRequestException` for a name that is taken. */
export function createEnvironment(state: State, members: Members): EnvironmentOutput {
  const { Id: ApplicationId } = getApplication(state, members)
  const Name = text(members, 'Name', NAME)
  refuseSecondOfName(state, ApplicationId, Name)
  const environment: Environment = withoutUndefined({
    ApplicationId,
    Id: newId((id) => state.environments.get(`${ApplicationId}/${id}`) !== undefined),
    Name,
    Description: optionalText(members, 'Description', DESCRIPTION),
    State: 'ReadyForDeployment',
    Monitors: monitorsOf(members),
    latestDeployment: 0,
    createdAtMs: state.clock.now(),
  } satisfies Environment)
  tagNew(state, pathOfEnvironment(environment), members)
  putEnvironment(state, environment)
  return environmentOutput(environment)
}

/** UpdateEnvironment. Members that are not given stay as they are. */
export function updateEnvironment(state: State, members: Members): EnvironmentOutput {
  const environment = getEnvironment(state, members)
  const Name = optionalText(members, 'Name', NAME) ?? environment.Name
  if (Name !== environment.Name) refuseSecondOfName(state, environment.ApplicationId, Name)
  const updated: Environment = {
    ...environment,
    Name,
    Description: optionalText(members, 'Description', DESCRIPTION) ?? environment.Description,
    Monitors: members['Monitors'] === undefined ? environment.Monitors : monitorsOf(members),
  }
  putEnvironment(state, updated)
  return environmentOutput(updated)
}

/**
 * DeleteEnvironment, with its deployments.
 *
 * @throws {AppConfigServiceError} `ConflictException` while one is in progress.
 */
export function deleteEnvironment(state: State, members: Members): void {
  const environment = getEnvironment(state, members)
  if (environment.State === 'Deploying') {
    throw conflict(`Cannot delete environment ${environment.Id} while a deployment is in progress in it.`)
  }
  refuseWhilePolled(state, members, environment, pathOfEnvironment(environment))
  const { ApplicationId, Id, latestDeployment } = environment
  for (let number = 1; number <= latestDeployment; number += 1) {
    state.deployments.remove(`${ApplicationId}/${Id}/${number}`)
    forgetTags(state, `${pathOfEnvironment(environment)}/deployment/${number}`)
  }
  state.environments.remove(`${ApplicationId}/${Id}`)
  forgetTags(state, pathOfEnvironment(environment))
  state.polledAtMs.delete(pathOfEnvironment(environment))
}

/** GetEnvironment, by id or name. @throws {AppConfigServiceError} `ResourceNotFoundException`. */
export function getEnvironment(state: State, members: Members): Environment {
  const { Id: applicationId } = getApplication(state, members)
  const identifier = text(members, 'EnvironmentId', IDENTIFIER)
  const environment = findEnvironment(state, applicationId, identifier)
  if (!environment) throw notFound('Environment', identifier)
  return environment
}

/** ListEnvironments of an application, a page at a time. */
export function listEnvironments(state: State, members: Members): Page<EnvironmentOutput> {
  const { Id: applicationId } = getApplication(state, members)
  const environments = state.environments.all().filter((each) => each.ApplicationId === applicationId)
  return page(environments.map(environmentOutput), members, ({ Id }) => Id)
}

/** The application's environment of that id, else the one of that name. */
export function findEnvironment(
  state: State,
  applicationId: string,
  identifier: string,
): Environment | undefined {
  return (
    state.environments.get(`${applicationId}/${identifier}`) ??
    state.environments.all().find((each) => each.ApplicationId === applicationId && each.Name === identifier)
  )
}

/** Keeps a changed environment. */
export function putEnvironment(state: State, environment: Environment): void {
  state.environments.put(`${environment.ApplicationId}/${environment.Id}`, environment)
}

/** The first of the environment's alarms that forbids deploying, if any. */
export function firingAlarm(state: State, environment: Environment): FiringAlarm | undefined {
  for (const { AlarmArn: arn } of environment.Monitors) {
    const alarmState = state.alarms.get(arn) ?? 'OK'
    if (alarmState !== 'OK') return { arn, alarmState }
  }
  return undefined
}

/** The environment without internal members. */
export function environmentOutput(environment: Environment): EnvironmentOutput {
  const { latestDeployment: _, createdAtMs: __, ...output } = environment
  return output
}

/** The part of its ARN after `arn:…:`. */
export function pathOfEnvironment({ ApplicationId, Id }: Environment): string {
  return `application/${ApplicationId}/environment/${Id}`
}

function monitorsOf(members: Members): Monitor[] {
  return objects(members, 'Monitors', MOST_MONITORS).map((monitor) =>
    withoutUndefined({
      AlarmArn: text(monitor, 'AlarmArn', { min: 1, max: 2048 }),
      AlarmRoleArn: optionalText(monitor, 'AlarmRoleArn', { min: 20, max: 2048 }),
    }),
  )
}

function refuseSecondOfName(state: State, applicationId: string, name: string): void {
  if (state.environments.all().some((each) => each.ApplicationId === applicationId && each.Name === name)) {
    throw badRequest(`An environment named ${name} already exists in application ${applicationId}.`)
  }
}
