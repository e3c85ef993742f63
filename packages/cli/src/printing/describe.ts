/**
 * Deployments in words.
 *
 * @module
 */
import { type Deployment, reasonOf } from '../appconfig/deployments.ts'
import { visible } from './visible.ts'

/** `api/prod-01/default`. */
export function documentOf({ application, environment, profile }: Deployment): string {
  return `${application}/${environment}/${profile}`
}

/** The state of a deployment, on one line. */
export function describeDeployment(deployment: Deployment): string {
  const { deployment: number, version, versionLabel, state } = deployment
  const label = versionLabel === undefined ? '' : ` (${versionLabel})`
  const what = `deployment ${number}, version ${version}${label}`
  return visible(`${documentOf(deployment)}: ${what}: ${state}${detailOf(deployment)}`)
}

function detailOf(deployment: Deployment): string {
  switch (deployment.state) {
    case 'DEPLOYING':
      return ` ${formatPercentage(deployment.percentage)}`
    case 'ROLLED_BACK': {
      const reason = reasonOf(deployment)
      return reason === undefined ? '' : ` (${reason})`
    }
    default:
      return ''
  }
}

/** `20%`; a growth factor may have decimals. */
export function formatPercentage(percentage: number): string {
  return `${Math.round(percentage * 10) / 10}%`
}
