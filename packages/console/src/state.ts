/**
 * Everything the page shows besides tenants.
 *
 * @module
 */
import type { AppConfigClient, DocumentHealth } from '@appconfig-kit/core'
import type { SeenDeployments } from './deployments/watched-deployments.ts'
import type { Settings } from './options.ts'
import type { ShownDocument, State } from './wire.ts'

/** The state as it is now. */
export function stateOf(
  client: AppConfigClient<unknown>,
  {
    title,
    values,
    loadTenants,
    actions,
  }: Pick<Settings<never>, 'title' | 'values' | 'loadTenants' | 'actions'>,
  { deployments, problem }: SeenDeployments,
  decisions: State['decisions'],
): State {
  const { status, documents, warmTenants } = client.health()
  return {
    title,
    nowMs: client.clock.now(),
    values,
    loadTenants,
    actions,
    health: { status, documents: documents.map(shownDocument), warmTenants },
    deployments,
    deploymentsProblem: problem,
    decisions,
  }
}

function shownDocument(health: DocumentHealth): ShownDocument {
  const { application, environment, profile, status, version, checkedAtMs, restoredFromMs, lastError } =
    health
  return {
    name: `${application}/${environment}/${profile}`,
    status,
    version: version && (version.versionLabel ?? version.revision),
    receivedAtMs: version?.receivedAtMs,
    checkedAtMs,
    restoredFromMs,
    problem: lastError,
  }
}
