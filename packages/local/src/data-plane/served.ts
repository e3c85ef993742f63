/**
 * The version that a caller is served.
 *
 * A deployment in progress reaches the callers whose bucket is below its percentage. All others get the
 * newest complete deployment of the profile that was not reverted. A bucket is a hash of caller and
 * deployment, so a caller that got the new version keeps it while the percentage grows, and each deployment
 * has other buckets. AWS does not publish its method.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { Deployment, Environment, HostedVersion } from '../resources/entities.ts'
import { versionByNumber } from '../resources/hosted-versions.ts'
import type { State } from '../store/state.ts'

/** A version, and the deployment that serves it. */
export interface Served {
  readonly deployment: Deployment
  readonly version: HostedVersion
}

/**
 * The version that `caller` (the id of a session or entity) is served; `undefined` if nothing is deployed for
 * it.
 */
export function servedTo(
  state: State,
  { ApplicationId, Id: environmentId, latestDeployment }: Environment,
  profileId: string,
  caller: string,
): Served | undefined {
  for (let number = latestDeployment; number > 0; number -= 1) {
    const deployment = state.deployments.get(`${ApplicationId}/${environmentId}/${number}`)
    if (deployment?.ConfigurationProfileId !== profileId || !reaches(deployment, caller)) continue
    const wanted = Number(deployment.ConfigurationVersion)
    const version = versionByNumber(state, { ApplicationId, Id: profileId }, wanted)
    if (version) return { deployment, version }
  }
  return undefined
}

/** The bucket of a caller in a deployment, from 0 up to 100; evenly distributed. */
export function bucketOf(
  { ApplicationId, EnvironmentId, DeploymentNumber }: Deployment,
  caller: string,
): number {
  const key = `${ApplicationId}/${EnvironmentId}/${DeploymentNumber}/${caller}`
  return (createHash('sha256').update(key).digest().readUInt32BE() / 2 ** 32) * 100
}

function reaches(deployment: Deployment, caller: string): boolean {
  switch (deployment.State) {
    case 'COMPLETE':
      return true
    case 'DEPLOYING':
    case 'BAKING':
      return bucketOf(deployment, caller) < deployment.PercentageComplete
    case 'ROLLED_BACK':
    case 'REVERTED':
      return false
  }
}
