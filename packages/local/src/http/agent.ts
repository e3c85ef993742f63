/**
 * The AppConfig Agent's endpoint.
 *
 * It answers from the same deployments, without delay; the real Agent polls, and may lag behind by its
 * interval. Each endpoint is one caller, as an Agent is one session; with `Entity-Id` the entity is the
 * caller, with the same bucket at every endpoint. The variants of a feature-flag profile are chosen by
 * `Context`: pairs `key=value`, in one header with commas between them or in several. Rules of a running
 * experiment use the entity of `Entity-Id`, as `entityId`.
 *
 * Not documented by AWS, and chosen here: an unknown flag is a 404, a missing or wrong access token a 401,
 * and the label's header is `Version-Label`.
 *
 * @module
 */
import { timingSafeEqual } from 'node:crypto'
import { type Served, servedTo } from '../data-plane/served.ts'
import { type FlagContext, servedContent } from '../data-plane/served-content.ts'
import { AppConfigServiceError, badRequest } from '../errors.ts'
import { findApplication } from '../resources/applications.ts'
import { polled } from '../resources/deletion-protection.ts'
import { findEnvironment, pathOfEnvironment } from '../resources/environments.ts'
import { IDENTIFIER, isObject, type Members, optionalText, text } from '../resources/members.ts'
import { findProfile, pathOfProfile } from '../resources/profiles.ts'
import type { State } from '../store/state.ts'
import { type Operation, type Reply, toHeader } from './operation.ts'

const MOST_ENTITY_BYTES = 2048

/** The identity of an Agent endpoint. */
export interface AgentIdentity {
  /** The id of the caller if no entity is named. */
  readonly id: string
  /** The token clients must send as `Authorization: Bearer …`, if any. */
  readonly accessToken: string | undefined
}

/** The operations of one endpoint. */
export function agentOperations(agent: AgentIdentity): Operation[] {
  return [
    {
      name: 'Agent.GetConfiguration',
      method: 'GET',
      path: '/applications/{ApplicationIdentifier}/environments/{EnvironmentIdentifier}/configurations/{ConfigurationProfileIdentifier}',
      query: { Flags: 'flag' },
      headers: { Context: 'Context', EntityId: 'Entity-Id', Authorization: 'Authorization' },
      run(state, members) {
        refuseStranger(agent, members)
        return replyOf(state, servedBy(agent, state, members), members['Flags'], contextOf(members))
      },
    },
    {
      name: 'Agent.Ping',
      method: 'GET',
      path: '/ping',
      run: () => ({ status: 200, json: { version: 'local' } }),
    },
  ]
}

function servedBy({ id }: AgentIdentity, state: State, members: Members): Served {
  const name = (member: string): string => text(members, member, IDENTIFIER)
  const entity = optionalText(members, 'EntityId')
  if (entity !== undefined && Buffer.byteLength(entity) > MOST_ENTITY_BYTES) {
    throw badRequest(`Entity-Id must be ${MOST_ENTITY_BYTES} bytes at most.`)
  }
  const application = findApplication(state, name('ApplicationIdentifier'))
  const environment = application && findEnvironment(state, application.Id, name('EnvironmentIdentifier'))
  const profile = application && findProfile(state, application.Id, name('ConfigurationProfileIdentifier'))
  if (!environment || !profile) throw notThere('Configuration not found')
  polled(state, pathOfEnvironment(environment), pathOfProfile(profile))
  const caller = entity === undefined ? `agent ${id}` : `entity ${entity}`
  const served = servedTo(state, environment, profile.Id, caller)
  if (!served) throw notThere('Configuration not found')
  return served
}

function replyOf(state: State, { version }: Served, flags: unknown, context: FlagContext): Reply {
  const { ContentType, VersionNumber, VersionLabel } = version
  const headers = {
    'Configuration-Version': String(VersionNumber),
    'Version-Label': VersionLabel === undefined ? undefined : toHeader(VersionLabel),
  }
  const content = servedContent(state, version, context)
  if (!Array.isArray(flags))
    return { status: 200, headers: { ...headers, 'Content-Type': toHeader(ContentType) }, content }
  return { status: 200, headers, json: flagsOf(content, flags) }
}

/**
 * What rules look at. A pair without `=` says nothing. The entity is there as `entityId`, the key
 * that the rules of a running experiment ask for.
 */
function contextOf(members: Members): FlagContext {
  const pairs = (optionalText(members, 'Context') ?? '').split(',').map((pair) => pair.trim())
  const entityId = optionalText(members, 'EntityId')
  return {
    ...Object.fromEntries(
      pairs
        .filter((pair) => pair.includes('='))
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    ...(entityId !== undefined && { entityId }),
  }
}

/** One flag is answered as itself, several as a map. */
function flagsOf(content: Uint8Array, keys: readonly string[]): unknown {
  const document = documentOf(content)
  const entries = keys.map((key) => {
    if (!Object.hasOwn(document, key)) throw notThere(`Flag ${key} not found`)
    return [key, document[key]] as const
  })
  return entries.length === 1 ? entries[0]?.[1] : Object.fromEntries(entries)
}

function documentOf(content: Uint8Array): Members {
  try {
    const document: unknown = JSON.parse(Buffer.from(content).toString())
    if (isObject(document)) return document
  } catch {}
  throw badRequest('The configuration is no JSON object: it has no flags to choose from.')
}

function refuseStranger({ accessToken }: AgentIdentity, members: Members): void {
  if (accessToken === undefined) return
  const expected = Buffer.from(`Bearer ${accessToken}`)
  const given = Buffer.from(optionalText(members, 'Authorization') ?? '')
  const equal = expected.byteLength === given.byteLength && timingSafeEqual(expected, given)
  if (!equal) throw new AppConfigServiceError('UnauthorizedException', 'The access token is missing or wrong')
}

function notThere(message: string): AppConfigServiceError {
  return new AppConfigServiceError('ResourceNotFoundException', message)
}
