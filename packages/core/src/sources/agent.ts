/**
 * The `agent` source: documents from the AppConfig Agent beside the process.
 *
 * The Agent polls AWS itself, so asking it is cheap and asking it more often than it polls is useless. With
 * `entityId`, each tenant is asked for with an `Entity-Id` and stays on one version while a deployment grows,
 * in every process: one small call per tenant, document and interval.
 *
 * Sources: the AppConfig user guide on the Agent; where it is silent (the status for a bad token, the version
 * header's exact name) every plausible answer is understood.
 *
 * @module
 */
import { OptionsError, quoted, SourceError } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import { sha256 } from '../sha256.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { canBeCarried, checkEntity, checkSecrets } from './agent-headers.ts'
import { reasonOf, withoutContents } from './foreign-error.ts'
import { type HttpAnswer, type HttpGetter, httpGetter } from './http-get.ts'
import {
  type DocumentId,
  documentName,
  type FlagsAnswer,
  type FlagsAsked,
  type PollResult,
  type Session,
  type SessionOptions,
  type Source,
} from './source.ts'
import { withTimeOut } from './time-out.ts'

/** Options of {@link agent}. */
export interface AgentOptions {
  /**
   * Where the Agent listens.
   *
   * @default 'http://localhost:2772'
   */
  readonly baseUrl?: string
  /** The Agent's `ACCESS_TOKEN`, where it has one. */
  readonly accessToken?: string
  /**
   * The `Entity-Id` sent for a tenant, 1 to 2048 visible ASCII characters: `(tenant) => tenant.id` keeps a
   * tenant on one version while a deployment grows. Without it the Agent decides for itself, so two Agents
   * may serve one tenant different versions.
   */
  readonly entityId?: (tenant: Tenant) => string
  /**
   * `agent`: the Agent chooses the variants of flags. It is asked once for each request and document, by name
   * for the flags that have variants or are under experiment, with the request's context. Needed for
   * feature-flag profiles, of which a plain poll brings the default variants only.
   *
   * @default the default variants are served
   */
  readonly evaluate?: 'agent'
  /** Milliseconds that one call may take. @default 3000 */
  readonly requestTimeoutMs?: number
}

const OPTIONS: Record<keyof AgentOptions, true> = {
  baseUrl: true,
  accessToken: true,
  entityId: true,
  evaluate: true,
  requestTimeoutMs: true,
}

/** The Agent's address, as AWS documents it. */
export const DEFAULT_AGENT_URL = 'http://localhost:2772'

/** The Agent itself asks AWS every 45 seconds by default. */
const DEFAULT_INTERVAL_SECONDS = 15
const DEFAULT_TIMEOUT_MS = 3000

interface AgentToAsk extends AgentOptions {
  readonly baseUrl: string
  readonly http: HttpGetter
}

/**
 * A source that asks the AppConfig Agent, over HTTP. Nothing is asked before a client polls.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, e.g. for a `baseUrl` that is no URL, or an unknown option.
 * @example
 * createAppConfig({ application: 'api', environment: 'prod-01', layers: ['default'], source: agent() })
 */
export function agent(options: AgentOptions = {}): Source {
  refuseUnknownOptions('agent()', options, Object.keys(OPTIONS))
  const { baseUrl = DEFAULT_AGENT_URL, entityId } = options
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `agent: baseUrl must be a URL such as ${DEFAULT_AGENT_URL}, got ${quoted(baseUrl)}`,
    )
  }
  checkSecrets(baseUrl, options.accessToken)
  if (options.evaluate !== undefined && options.evaluate !== 'agent') {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `agent: evaluate must be 'agent' or left out, got ${quoted(options.evaluate)}`,
    )
  }
  const http = httpGetter(baseUrl.startsWith('https:') ? 'https:' : 'http:')
  const asked: AgentToAsk = { ...options, baseUrl, http }
  return {
    name: 'agent',
    open: (document, session) => openSession(document, session, asked),
    close: http.close,
    ...(options.evaluate && {
      evaluate: (document: DocumentId, flags: FlagsAsked, signal: AbortSignal) =>
        askForFlags(document, flags, signal, asked),
    }),
    ...(entityId && { entityOf: (tenant: Tenant) => checkEntity(entityId(tenant)) }),
  }
}

function openSession(
  document: DocumentId,
  { pollIntervalSeconds, missingRecheckSeconds, maxDocumentBytes }: SessionOptions,
  agent: AgentToAsk,
): Session {
  const asked = requestFor(document, agent)
  const nextPollMs = (pollIntervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * 1000
  let seen: string | undefined

  return {
    async poll(signal): Promise<PollResult> {
      const { status, body, header } = await get(agent, asked, maxDocumentBytes, signal, document)
      if (status === 404) {
        seen = undefined
        return { kind: 'absent', nextPollMs: missingRecheckSeconds * 1000 }
      }
      if (status !== 200) throw refusal(document, status)
      const version = header('configuration-version') ?? header('configurationversion')
      // An experiment changes what is served of a version, and a proxy may have changed how: the version alone
      // does not identify the answer.
      const contentType = header('content-type')
      const answer = version === undefined ? undefined : `${version} ${contentType} ${sha256(body)}`
      if (answer !== undefined && answer === seen) return { kind: 'unchanged', nextPollMs }
      if (body.byteLength === 0) return { kind: 'unchanged', nextPollMs }
      seen = answer
      const versionLabel = header('version-label')
      return {
        kind: 'content',
        body,
        contentType,
        versionLabel,
        nextPollMs,
      }
    },
  }
}

interface Asked {
  readonly url: URL
  readonly headers: Record<string, string>
}

type WithEntity = Omit<DocumentId, 'entity'> & { readonly entity?: string | undefined }

function requestFor(
  { application, environment, profile, entity }: WithEntity,
  { baseUrl, accessToken }: AgentToAsk,
): Asked {
  const path = ['applications', application, 'environments', environment, 'configurations', profile]
  return {
    url: new URL(path.map(encodeURIComponent).join('/'), baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`),
    headers: {
      ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
      ...(entity !== undefined && { 'Entity-Id': entity }),
    },
  }
}

/** Asks by flag name: only so does the Agent know that an experiment's flag is shown to an entity. */
async function askForFlags(
  document: DocumentId,
  { flags, context, maxDocumentBytes }: FlagsAsked,
  signal: AbortSignal,
  agent: AgentToAsk,
): Promise<FlagsAnswer> {
  const carried = Object.entries(context).filter(canBeCarried)
  const leftOut = Object.keys(context).filter((key) => !carried.some(([each]) => each === key))
  // An `entityId` in the context replaces the tenant's. Where that one can't be sent, there is none.
  const entity = 'entityId' in context ? carried.find(([key]) => key === 'entityId')?.[1] : document.entity
  const asked = requestFor({ ...document, entity: entity === undefined ? undefined : String(entity) }, agent)
  for (const flag of flags) asked.url.searchParams.append('flag', flag)
  if (carried.length > 0) asked.headers['Context'] = carried.map((pair) => pair.join('=')).join(',')
  const { status, body, header } = await get(agent, asked, maxDocumentBytes, signal, document)
  if (status !== 200) throw refusal(document, status)
  return { body, contentType: header('content-type'), leftOut }
}

async function get(
  { requestTimeoutMs = DEFAULT_TIMEOUT_MS, http }: AgentToAsk,
  { url, headers }: Asked,
  maxDocumentBytes: number,
  signal: AbortSignal,
  document: DocumentId,
): Promise<HttpAnswer> {
  try {
    return await withTimeOut(requestTimeoutMs, signal, (abortSignal) =>
      http.get(url, headers, abortSignal, maxDocumentBytes),
    )
  } catch (error) {
    throw new SourceError(
      'SOURCE_FAILED',
      `the Agent at ${url.origin} was asked for ${documentName(document)}: ${reasonOf(error)}. Is it running, and is baseUrl right?`,
      { cause: withoutContents(error) },
    )
  }
}

function refusal(document: DocumentId, status: number): SourceError {
  const where = `the Agent was asked for ${documentName(document)} and answered ${status}`
  if (status === 401 || status === 403)
    return new SourceError('SOURCE_DENIED', `${where}. Give its ACCESS_TOKEN as accessToken`)
  if (status === 429) return new SourceError('SOURCE_THROTTLED', `${where}. We ask less often until it stops`)
  return new SourceError('SOURCE_FAILED', `${where}. Its log says why`)
}
