/**
 * The versions of a rollout: made, compared and validated before its first deployment.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { ControlPlane } from './appconfig/control-plane.ts'
import { idsOfProfile } from './appconfig/names.ts'
import { createVersion, findVersion, type ProfileIds, validateVersion } from './appconfig/versions.ts'
import type { Content } from './content.ts'
import type { Plan } from './plan/plan.ts'

/** Whose versions. */
export interface Wanted {
  readonly plan: Plan
  readonly label: string
  readonly content: Content | undefined
}

/** Checks that the label does not stand for another content. Makes nothing. @throws {RolloutError} `LABEL_TAKEN`. */
export async function checkLabel(plane: ControlPlane, wanted: Wanted): Promise<void> {
  if (wanted.content === undefined) return
  for (const application of applicationsOf(wanted.plan)) await versionIn(plane, application, wanted)
}

/**
 * Makes the first version that is missing.
 *
 * @returns the application it was made in; undefined if every application has the version.
 */
export async function makeMissingVersion(plane: ControlPlane, wanted: Wanted): Promise<string | undefined> {
  for (const application of applicationsOf(wanted.plan)) {
    if ((await versionIn(plane, application, wanted)) !== undefined) continue
    const ids = await idsOfProfile(plane, application, wanted.plan.profile)
    await createVersion(plane, ids, wanted.label, contentOf(wanted))
    return application
  }
  return undefined
}

/** Validates every version; rejects with what a validator refused. */
export async function validateVersions(plane: ControlPlane, wanted: Wanted): Promise<void> {
  for (const application of applicationsOf(wanted.plan)) {
    const ids = await idsOfProfile(plane, application, wanted.plan.profile)
    const version = await versionIn(plane, application, wanted)
    if (version === undefined) continue
    await plane.once(`valid ${keyOf(ids, wanted)}`, async () => {
      await validateVersion(plane, ids, version)
      return true
    })
  }
}

/** The number of the version in an application; undefined if it is missing. */
export async function versionIn(
  plane: ControlPlane,
  application: string,
  wanted: Wanted,
): Promise<number | undefined> {
  const ids = await idsOfProfile(plane, application, wanted.plan.profile)
  // A version never changes, so what was found and compared once stays true.
  return plane.once(`version ${keyOf(ids, wanted)}`, () =>
    findVersion(plane, ids, wanted.label, contentOf(wanted)),
  )
}

function contentOf({ content }: Wanted): Content {
  if (content === undefined) throw new TypeError('step: content is undefined; only a way back needs none.')
  return content
}

function keyOf({ ApplicationId, ConfigurationProfileId }: ProfileIds, wanted: Wanted): string {
  const hash = createHash('sha256').update(contentOf(wanted).bytes).digest('base64')
  return `${ApplicationId}/${ConfigurationProfileId}/${wanted.label}/${hash}`
}

function applicationsOf({ waves }: Plan): readonly string[] {
  return [...new Set(waves.flatMap(({ cells }) => cells.map(({ application }) => application)))]
}
