/**
 * A session with AppConfig's data plane: one document, its tokens, its interval.
 *
 * What it promises about its tokens:
 *  1. A token that got its 200 is never sent again; the successor is kept before anything else
 *     is done with the answer.
 *  2. After an error, a reset or a time-out the same token is tried again, when next due.
 *  3. A token AWS calls expired or corrupted opens one new session, the next poll gets the whole body. Lost
 *     sessions are reopened one after the other; one that has never answered need not wait.
 *  4. A session is reopened before its day is over, at an hour of its own.
 *
 * An empty body means "unchanged" (`{}` is a content).
 *
 * Sources: the appconfigdata API model (2021-11-11); the AppConfig user guide on retrieving.
 *
 * @module
 */
import type { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { messageOf, SourceError } from '../../errors.ts'
import {
  type DocumentId,
  documentName,
  type PollResult,
  type Session,
  type SessionOptions,
} from '../source.ts'
import { withTimeOut } from '../time-out.ts'

type Sdk = typeof import('@aws-sdk/client-appconfigdata')

export interface DataPlane {
  readonly sdk: Sdk
  readonly client: AppConfigDataClient
}

const HOUR_MS = 3_600_000
/** What AppConfig uses where nobody asked for an interval. */
const DEFAULT_INTERVAL_SECONDS = 60

/** @param load is called when the document is first asked for. */
export function openSession(
  document: DocumentId,
  { pollIntervalSeconds, missingRecheckSeconds, clock, random, reopeningDelayMs }: SessionOptions,
  requestTimeoutMs: number,
  load: () => Promise<DataPlane>,
): Session {
  let token: string | undefined
  let reopenAtMs = 0
  let intervalMs = (pollIntervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * 1000
  /** Whether a call for the document was ever answered: from then on, opening a session anew must wait its turn. */
  let hasAnswered = false
  /** When a lost session may be opened anew. */
  let reopenFromMs: number | undefined

  async function call<T>(
    signal: AbortSignal,
    send: (sdk: Sdk, client: AppConfigDataClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { sdk, client } = await load()
    return withTimeOut(requestTimeoutMs, signal, (abortSignal) => send(sdk, client, abortSignal))
  }

  async function open(signal: AbortSignal): Promise<string> {
    const { InitialConfigurationToken } = await call(signal, (sdk, client, abortSignal) =>
      client.send(
        new sdk.StartConfigurationSessionCommand({
          ApplicationIdentifier: document.application,
          EnvironmentIdentifier: document.environment,
          ConfigurationProfileIdentifier: document.profile,
          RequiredMinimumPollIntervalInSeconds: pollIntervalSeconds,
        }),
        { abortSignal },
      ),
    )
    if (!InitialConfigurationToken) throw new Error('StartConfigurationSession answered without a token')
    // Tokens live for up to 24 hours; a fleet started together must not come back together.
    reopenAtMs = clock.now() + (22 + 1.5 * random()) * HOUR_MS
    return InitialConfigurationToken
  }

  /** Milliseconds until a session may be opened. */
  function waitToOpenMs(): number {
    if (!hasAnswered) return 0
    reopenFromMs ??= clock.now() + reopeningDelayMs()
    return Math.max(0, reopenFromMs - clock.now())
  }

  async function getLatest(signal: AbortSignal): Promise<PollResult> {
    if (token === undefined || clock.now() >= reopenAtMs) {
      const waitMs = waitToOpenMs()
      if (waitMs > 0) return { kind: 'postponed', nextPollMs: waitMs }
      token = await open(signal)
      reopenFromMs = undefined
    }
    const ConfigurationToken = token
    const answer = await call(signal, (sdk, client, abortSignal) =>
      client.send(new sdk.GetLatestConfigurationCommand({ ConfigurationToken }), { abortSignal }),
    )
    hasAnswered = true
    token = answer.NextPollConfigurationToken
    intervalMs = (answer.NextPollIntervalInSeconds ?? intervalMs / 1000) * 1000
    const body = answer.Configuration
    // Whatever its type says, the SDK gives null for an empty body.
    if (!body || body.byteLength === 0) return { kind: 'unchanged', nextPollMs: intervalMs }
    return {
      kind: 'content',
      body,
      contentType: answer.ContentType,
      versionLabel: answer.VersionLabel,
      nextPollMs: intervalMs,
    }
  }

  async function poll(signal: AbortSignal): Promise<PollResult> {
    try {
      return await getLatest(signal)
    } catch (error) {
      const verdict = judge(error)
      if (verdict === 'lost' && token !== undefined) {
        token = undefined
        return await getLatest(signal)
      }
      throw error
    }
  }

  return {
    async poll(signal) {
      try {
        return await poll(signal)
      } catch (error) {
        switch (judge(error)) {
          case 'absent':
            token = undefined
            return { kind: 'absent', nextPollMs: missingRecheckSeconds * 1000 }
          case 'too early':
            return { kind: 'unchanged', nextPollMs: intervalMs }
          case 'refused':
            // Whatever AWS means by it, this token will not do: the next poll opens a session.
            token = undefined
        }
        throw sourceError(document, error)
      }
    },
  }
}

type Verdict = 'absent' | 'lost' | 'too early' | 'refused' | 'failed'

interface SdkError {
  readonly name?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly Details?: { readonly InvalidParameters?: Readonly<Record<string, { readonly Problem?: string }>> }
}

function judge(error: unknown): Verdict {
  const { name, Details } = error as SdkError
  if (name === 'ResourceNotFoundException') return 'absent'
  if (name !== 'BadRequestException') return 'failed'
  // AWS documents the problems, not the name of the parameter they stand under.
  const problems = Object.values(Details?.InvalidParameters ?? {}).map(({ Problem }) => Problem)
  if (problems.includes('PollIntervalNotSatisfied')) return 'too early'
  return problems.includes('Expired') || problems.includes('Corrupted') ? 'lost' : 'refused'
}

function sourceError(document: DocumentId, error: unknown): SourceError {
  const { name, $metadata } = error as SdkError
  const status = $metadata?.httpStatusCode
  const where = `AppConfig was asked for ${documentName(document)}`
  if (status === 429 || name === 'ThrottlingException') {
    return new SourceError(
      'SOURCE_THROTTLED',
      `${where} and throttled us (429). We ask less often until it stops`,
      { cause: error },
    )
  }
  if (status === 401 || status === 403) {
    return new SourceError('SOURCE_DENIED', `${where} and refused (${status} ${name}). ${adviceOn(name)}`, {
      cause: error,
    })
  }
  const problem = status === undefined ? messageOf(error) : `answered ${status} ${name}`
  return new SourceError(
    'SOURCE_FAILED',
    `${where}: ${problem}. Check region, endpoint, credentials and network`,
    { cause: error },
  )
}

/** What to do about a refusal, by the name AWS gives it. */
function adviceOn(name = ''): string {
  if (/^(RequestExpired|RequestTimeTooSkewed|InvalidSignature)/.test(name))
    return 'Check the clock of this machine, then the credentials: AWS refuses signatures that are minutes off'
  if (/^ExpiredToken/.test(name)) return 'The credentials have expired. Renew them, or let the SDK renew them'
  if (
    /^(UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken)/.test(
      name,
    )
  )
    return 'The credentials are not known there. Check access key, secret, session token and region'
  return 'Allow appconfig:StartConfigurationSession and appconfig:GetLatestConfiguration on it, see docs/iam.md'
}
