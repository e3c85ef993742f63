/**
 * The target of a request: application, environment and profile, by name.
 *
 * @module
 */

import { openToken } from '../data-plane/tokens.ts'
import { findApplication } from '../resources/applications.ts'
import { findEnvironment } from '../resources/environments.ts'
import { isObject, type Members, withoutUndefined } from '../resources/members.ts'
import { findProfile } from '../resources/profiles.ts'
import type { State } from '../store/state.ts'
import type { Target } from '../testing/calls.ts'

/** The names, where the request names them or carries a token that does; what is unknown stays as given. */
export function targetOf(state: State, members: unknown): Target {
  if (!isObject(members)) return {}
  const token = members['ConfigurationToken']
  const session = typeof token === 'string' ? openToken(state, token) : undefined
  const application = session?.applicationId ?? textAt(members, 'ApplicationId', 'ApplicationIdentifier')
  const environment = session?.environmentId ?? textAt(members, 'EnvironmentId', 'EnvironmentIdentifier')
  const profile =
    session?.profileId ?? textAt(members, 'ConfigurationProfileId', 'ConfigurationProfileIdentifier')
  const found = application === undefined ? undefined : findApplication(state, application)
  const inFound = <T extends { Name: string }>(
    find: (state: State, applicationId: string, identifier: string) => T | undefined,
    identifier: string | undefined,
  ): string | undefined =>
    identifier === undefined ? undefined : ((found && find(state, found.Id, identifier)?.Name) ?? identifier)

  return withoutUndefined({
    application: found?.Name ?? application,
    environment: inFound(findEnvironment, environment),
    profile: inFound(findProfile, profile),
  })
}

function textAt(members: Members, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = members[name]
    if (typeof value === 'string') return value
  }
  return undefined
}
