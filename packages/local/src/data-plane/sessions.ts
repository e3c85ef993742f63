/**
 * The data plane: opening a session and polling it.
 *
 * A token is spent by the 200 that answers it, and by nothing else: after an error the client
 * tries the same one again. An empty body means unchanged.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import { AppConfigServiceError, badRequest } from '../errors.ts'
import { findApplication } from '../resources/applications.ts'
import { polled } from '../resources/deletion-protection.ts'
import { findEnvironment, pathOfEnvironment } from '../resources/environments.ts'
import { IDENTIFIER, type Members, optionalNumber, text } from '../resources/members.ts'
import { findProfile, pathOfProfile } from '../resources/profiles.ts'
import type { State } from '../store/state.ts'
import { type Served, servedTo } from './served.ts'
import { servedContent } from './served-content.ts'
import { openToken, type Session, sealToken } from './tokens.ts'

const TOKEN_LIFE_MS = 24 * 3_600_000
/** The least recently polled session beyond this many is no longer watched for reuse of its tokens. */
const MOST_SESSIONS = 100_000

/** The answer to a poll. */
export interface Configuration {
  readonly nextToken: string
  readonly nextPollIntervalSeconds: number
  /** Absent where the client has it already, and where nothing is deployed. */
  readonly content: { readonly body: Uint8Array; readonly versionLabel: string | undefined } | undefined
  readonly contentType: string
}

/** Identifiers are ids or names. */
export function startConfigurationSession(
  state: State,
  members: Members,
): { InitialConfigurationToken: string } {
  const names = {
    ApplicationIdentifier: text(members, 'ApplicationIdentifier', IDENTIFIER),
    EnvironmentIdentifier: text(members, 'EnvironmentIdentifier', IDENTIFIER),
    ConfigurationProfileIdentifier: text(members, 'ConfigurationProfileIdentifier', IDENTIFIER),
  }
  const intervalSeconds = intervalOf(members)
  const application = findApplication(state, names.ApplicationIdentifier)
  if (!application) throw missing('Application', names, 'ApplicationIdentifier')
  const profile = findProfile(state, application.Id, names.ConfigurationProfileIdentifier)
  if (!profile) throw missing('ConfigurationProfile', names, 'ConfigurationProfileIdentifier')
  const environment = findEnvironment(state, application.Id, names.EnvironmentIdentifier)
  if (!environment) throw missing('Environment', names, 'EnvironmentIdentifier')

  const session: Session = {
    id: randomUUID(),
    serial: 0,
    applicationId: application.Id,
    environmentId: environment.Id,
    profileId: profile.Id,
    intervalSeconds,
    issuedAtMs: state.clock.now(),
    heldVersion: undefined,
  }
  const deployed = isAnythingDeployed(state, session)
  if (!deployed && state.settings.beforeFirstDeployment === 'not-found') {
    throw missing('Deployment', names, 'EnvironmentIdentifier', 'ConfigurationProfileIdentifier')
  }
  return { InitialConfigurationToken: sealToken(state, session) }
}

/**
 * Answers the next configuration of a session.
 *
 * @param contentLost whether the answer's content will not reach the client (a fault): then the
 *   next poll serves it again.
 */
export function getLatestConfiguration(
  state: State,
  members: Members,
  { contentLost = false }: { readonly contentLost?: boolean } = {},
): Configuration {
  const token = members['ConfigurationToken']
  const session = typeof token === 'string' ? openToken(state, token) : undefined
  if (!session) throw tokenProblem('Corrupted')
  const now = state.clock.now()
  if (now >= session.issuedAtMs + TOKEN_LIFE_MS) throw tokenProblem('Expired')
  if (session.serial < (state.sessionSerials.get(session.id) ?? 0)) {
    if (state.settings.tokenReuse === 'strict') throw tokenProblem('Corrupted')
  }
  const intervalSeconds = session.intervalSeconds ?? state.settings.pollIntervalSeconds
  const dueMs = session.issuedAtMs + intervalSeconds * 1000
  // A token from the future is one of a clock that was set back; it would wait for ever.
  const tooEarly = session.serial > 0 && now < dueMs && now >= session.issuedAtMs
  if (tooEarly) throw tokenProblem('PollIntervalNotSatisfied')

  const served = servedIn(state, session)
  if (!served && state.settings.beforeFirstDeployment === 'not-found') {
    throw missing('Configuration', { ConfigurationToken: String(token) }, 'ConfigurationToken')
  }
  const number = served?.version.VersionNumber
  const unchanged = number === undefined || (number === session.heldVersion && !contentLost)
  const heldVersion = contentLost ? undefined : number
  const next = { ...session, serial: session.serial + 1, issuedAtMs: now, heldVersion }
  remember(state, next)
  return {
    nextToken: sealToken(state, next),
    nextPollIntervalSeconds: intervalSeconds,
    contentType: served?.version.ContentType ?? 'application/octet-stream',
    content: unchanged || !served ? undefined : contentOf(state, served),
  }
}

/** What a fault or a rule has to say against a token, as AppConfig says it. */
export function tokenProblem(
  Problem: 'Corrupted' | 'Expired' | 'PollIntervalNotSatisfied',
): AppConfigServiceError {
  const message = {
    Corrupted: 'Token not valid',
    Expired: 'Configuration token has expired',
    PollIntervalNotSatisfied: 'Request too early',
  }[Problem]
  return badRequest(message, {
    Reason: 'InvalidParameters',
    Details: { InvalidParameters: { ConfigurationToken: { Problem } } },
  })
}

function contentOf(state: State, { version }: Served): NonNullable<Configuration['content']> {
  return { body: servedContent(state, version), versionLabel: version.VersionLabel }
}

function servedIn(state: State, session: Session): Served | undefined {
  const environment = state.environments.get(`${session.applicationId}/${session.environmentId}`)
  const profile = state.profiles.get(`${session.applicationId}/${session.profileId}`)
  if (!environment || !profile) return undefined
  polled(state, pathOfEnvironment(environment), pathOfProfile(profile))
  return servedTo(state, environment, profile.Id, session.id)
}

/** Whether the profile was ever deployed to the environment and not taken back, for whomever. */
function isAnythingDeployed(state: State, { applicationId, environmentId, profileId }: Session): boolean {
  const latest = state.environments.get(`${applicationId}/${environmentId}`)?.latestDeployment ?? 0
  for (let number = latest; number > 0; number -= 1) {
    const deployment = state.deployments.get(`${applicationId}/${environmentId}/${number}`)
    const takenBack = deployment?.State === 'ROLLED_BACK' || deployment?.State === 'REVERTED'
    if (deployment?.ConfigurationProfileId === profileId && !takenBack) return true
  }
  return false
}

function intervalOf(members: Members): number | undefined {
  const limits = { min: 15, max: 86_400 }
  return optionalNumber(members, 'RequiredMinimumPollIntervalInSeconds', limits)
}

function remember(state: State, { id, serial }: Session): void {
  const { sessionSerials } = state
  // Re-inserted, so that the map's order is the order of last use and the oldest can go.
  sessionSerials.delete(id)
  sessionSerials.set(id, serial)
  if (sessionSerials.size > MOST_SESSIONS) {
    const [oldest] = sessionSerials.keys()
    if (oldest !== undefined) sessionSerials.delete(oldest)
  }
}

function missing(
  ResourceType: string,
  names: Readonly<Record<string, string>>,
  ...parameters: string[]
): AppConfigServiceError {
  const ReferencedBy = Object.fromEntries(parameters.map((parameter) => [parameter, names[parameter] ?? '']))
  return new AppConfigServiceError('ResourceNotFoundException', `${ResourceType} not found`, {
    ResourceType,
    ReferencedBy,
  })
}
