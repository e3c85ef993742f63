/**
 * Applications: the outermost name of everything.
 *
 * Names are unique here. AWS does not say whether it allows two applications of one name, so a client must
 * not depend on it.
 *
 * @module
 */

import { badRequest, notFound } from '../errors.ts'
import type { State } from '../store/state.ts'
import type { Application } from './entities.ts'
import { newId } from './ids.ts'
import {
  DESCRIPTION,
  IDENTIFIER,
  type Members,
  NAME,
  optionalText,
  text,
  withoutUndefined,
} from './members.ts'
import { type Page, page } from './pages.ts'
import { forgetTags, tagNew } from './tags.ts'

/** CreateApplication. @throws {AppConfigServiceError} `BadRequestException` for a name that is taken. */
export function createApplication(state: State, members: Members): Application {
  const Name = text(members, 'Name', NAME)
  refuseSecondOfName(state, Name)
  const application = withoutUndefined({
    Id: newId((id) => state.applications.get(id) !== undefined),
    Name,
    Description: optionalText(members, 'Description', DESCRIPTION),
  })
  tagNew(state, pathOfApplication(application), members)
  state.applications.put(application.Id, application)
  return application
}

/** UpdateApplication. Members that are not given stay as they are. */
export function updateApplication(state: State, members: Members): Application {
  const application = getApplication(state, members)
  const Name = optionalText(members, 'Name', NAME) ?? application.Name
  if (Name !== application.Name) refuseSecondOfName(state, Name)
  const Description = optionalText(members, 'Description', DESCRIPTION) ?? application.Description
  const updated = withoutUndefined({ ...application, Name, Description })
  state.applications.put(updated.Id, updated)
  return updated
}

/** Refuses while it still holds anything, so that nothing is lost by one wrong id. */
export function deleteApplication(state: State, members: Members): void {
  const application = getApplication(state, members)
  const holds = [...state.environments.all(), ...state.profiles.all()]
  if (holds.some((child) => child.ApplicationId === application.Id)) {
    throw badRequest(
      `Cannot delete application ${application.Id}: delete its environments and profiles first.`,
    )
  }
  state.applications.remove(application.Id)
  forgetTags(state, pathOfApplication(application))
}

/** GetApplication, by id or name. @throws {AppConfigServiceError} `ResourceNotFoundException`. */
export function getApplication(state: State, members: Members): Application {
  const identifier = text(members, 'ApplicationId', IDENTIFIER)
  const application = findApplication(state, identifier)
  if (!application) throw notFound('Application', identifier)
  return application
}

/** ListApplications, a page at a time. */
export function listApplications(state: State, members: Members): Page<Application> {
  return page(state.applications.all(), members, ({ Id }) => Id)
}

/** The application of that id, else the one of that name. */
export function findApplication(state: State, identifier: string): Application | undefined {
  return (
    state.applications.get(identifier) ?? state.applications.all().find(({ Name }) => Name === identifier)
  )
}

function refuseSecondOfName(state: State, name: string): void {
  if (state.applications.all().some((other) => other.Name === name)) {
    throw badRequest(`An application named ${name} already exists.`)
  }
}

function pathOfApplication({ Id }: Application): string {
  return `application/${Id}`
}
