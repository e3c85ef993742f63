/**
 * The extensions of a deployment: those that were associated with it when it started.
 *
 * An extension that this process was not given is not asked, as if its association had been deleted.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { AppliedExtension, Deployment, Environment, Profile } from '../resources/entities.ts'
import type { Extension } from '../resources/extension.ts'
import { ID_LENGTH, LETTERS } from '../resources/ids.ts'
import type { State } from '../store/state.ts'

/** An extension has one version here. */
export const EXTENSION_VERSION = 1

/** The extensions that a deployment of this profile gets; undefined without any. */
export function extensionsAppliedTo(
  state: State,
  environment: Environment,
  profile: Profile,
): readonly AppliedExtension[] | undefined {
  const application = state.applications.get(profile.ApplicationId)
  const resources = { application, environment, profile }
  const applied = state.settings.extensions
    .filter(({ associatedWith = {} }) =>
      (['application', 'environment', 'profile'] as const).every((kind) => {
        const wanted = associatedWith[kind]
        return wanted === undefined || resources[kind]?.Id === wanted || resources[kind]?.Name === wanted
      }),
    )
    .map(({ name, parameters }) => ({
      ExtensionId: extensionId(name),
      ExtensionAssociationId: idOf(`association ${name}`),
      VersionNumber: EXTENSION_VERSION,
      ...(parameters && { Parameters: { ...parameters } }),
    }))
  return applied.length === 0 ? undefined : applied
}

/** An extension of this process, with the parameters that a deployment was started with. */
export interface AskedExtension {
  readonly extension: Extension
  readonly parameters: Readonly<Record<string, string>>
}

/** The extensions to ask about a deployment, in the order of the option. */
export function extensionsOf(
  { settings }: Pick<State, 'settings'>,
  { AppliedExtensions = [] }: Deployment,
): AskedExtension[] {
  return AppliedExtensions.flatMap(({ ExtensionId, Parameters = {} }) => {
    const extension = settings.extensions.find(({ name }) => extensionId(name) === ExtensionId)
    return extension ? [{ extension, parameters: Parameters }] : []
  })
}

/** When the extensions of a deployment are to be asked next, in milliseconds since the epoch; never without any. */
export function nextTickMs(state: Pick<State, 'settings'>, deployment: Deployment): number {
  if (extensionsOf(state, deployment).length === 0) return Number.POSITIVE_INFINITY
  const { tickedMs = 0, StartedAt } = deployment
  return Date.parse(StartedAt) + tickedMs + state.settings.tickIntervalSeconds * 1000
}

/** The id of an extension, the same in every process. */
export function extensionId(name: string): string {
  return idOf(`extension ${name}`)
}

function idOf(text: string): string {
  const digest = createHash('sha256').update(text).digest()
  return Array.from(digest.subarray(0, ID_LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('')
}
