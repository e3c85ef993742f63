/**
 * Everything the page shows besides tenants.
 *
 * @module
 */
import type { AppConfigClient, DocumentHealth } from '@appconfig-kit/core'
import type { Settings } from './options.ts'
import type { SeenList } from './watched-list.ts'
import type { ShownDeployment, ShownDocument, ShownRollout, State } from './wire.ts'

/** What was seen besides the client. */
export interface SeenState extends Pick<State, 'decisions'> {
  readonly deployments: SeenList<ShownDeployment>
  readonly rollouts: SeenList<ShownRollout>
}

/** The state as it is now. */
export function stateOf(
  client: AppConfigClient<unknown>,
  {
    title,
    values,
    loadTenants,
    actions,
  }: Pick<Settings<never>, 'title' | 'values' | 'loadTenants' | 'actions'>,
  { deployments, rollouts, decisions }: SeenState,
): State {
  const { status, documents, warmTenants } = client.health()
  return {
    title,
    nowMs: client.clock.now(),
    values,
    loadTenants,
    actions,
    health: { status, documents: documents.map(shownDocument), warmTenants },
    deployments: deployments.items,
    deploymentsProblem: deployments.problem,
    rollouts: rollouts.items,
    rolloutsProblem: rollouts.problem,
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
