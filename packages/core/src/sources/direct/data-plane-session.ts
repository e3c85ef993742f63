/**
 * A session with AppConfig's data plane: one document, its tokens, its interval.
 *
 * Promises about its tokens:
 *  1. A token that was answered with 200 is never sent again; its successor is stored before the answer is
 *     used.
 *  2. After an error, a reset or a time-out the same token is sent again at the next poll.
 *  3. After a token that AWS calls expired or corrupted, one new session is opened, which gets the whole
 *     body. Lost sessions are reopened one after the other; a session that never had an answer does not wait.
 *  4. A session is reopened after 22 to 23.5 hours, at random, before its token expires.
 *
 * An empty body means "unchanged"; `{}` is a content.
 *
 * Sources: the appconfigdata API model (2021-11-11); the AppConfig user guide on retrieving.
 *
 * @module
 */
import type { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import type { DocumentId, PollResult, Session, SessionOptions } from '../source.ts'
import { withTimeOut } from '../time-out.ts'
import { judge, sourceError } from './data-plane-errors.ts'

type Sdk = typeof import('@aws-sdk/client-appconfigdata')

/** The SDK of the data plane and a client of it. */
export interface DataPlane {
  readonly sdk: Sdk
  readonly client: AppConfigDataClient
}

const HOUR_MS = 3_600_000
/** AppConfig's own default. */
const DEFAULT_INTERVAL_SECONDS = 60

/** A session with AppConfig's data plane. See the module for its promises. */
export class DataPlaneSession implements Session {
  readonly #document: DocumentId
  readonly #options: SessionOptions
  readonly #requestTimeoutMs: number
  readonly #load: () => Promise<DataPlane>
  #token: string | undefined
  #reopenAtMs = 0
  #intervalMs: number
  /** Whether the document was ever answered. From then on, opening a session has to wait for its turn. */
  #hasAnswered = false
  /** When a lost session may be reopened. */
  #reopenFromMs: number | undefined

  /** @param load makes the SDK client, at the first poll. */
  constructor(
    document: DocumentId,
    options: SessionOptions,
    requestTimeoutMs: number,
    load: () => Promise<DataPlane>,
  ) {
    this.#document = document
    this.#options = options
    this.#requestTimeoutMs = requestTimeoutMs
    this.#load = load
    this.#intervalMs = (options.pollIntervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * 1000
  }

  async poll(signal: AbortSignal): Promise<PollResult> {
    try {
      return await this.#pollOrReopen(signal)
    } catch (error) {
      switch (judge(error)) {
        case 'absent':
          this.#token = undefined
          return { kind: 'absent', nextPollMs: this.#options.missingRecheckSeconds * 1000 }
        case 'too early':
          // Before the first answer, nothing is known that could be unchanged.
          if (this.#hasAnswered) return { kind: 'unchanged', nextPollMs: this.#intervalMs }
          break
        case 'refused':
          // The token is refused for another reason: the next poll opens a session.
          this.#token = undefined
      }
      throw sourceError(this.#document, error)
    }
  }

  async #pollOrReopen(signal: AbortSignal): Promise<PollResult> {
    try {
      return await this.#getLatest(signal)
    } catch (error) {
      if (judge(error) !== 'lost' || this.#token === undefined) throw error
      this.#token = undefined
      return await this.#getLatest(signal)
    }
  }

  async #getLatest(signal: AbortSignal): Promise<PollResult> {
    if (this.#token === undefined || this.#options.clock.now() >= this.#reopenAtMs) {
      const waitMs = this.#waitToOpenMs()
      if (waitMs > 0) return { kind: 'postponed', nextPollMs: waitMs }
      this.#token = await this.#open(signal)
      this.#reopenFromMs = undefined
    }
    const ConfigurationToken = this.#token
    const answer = await this.#call(signal, (sdk, client, abortSignal) =>
      client.send(new sdk.GetLatestConfigurationCommand({ ConfigurationToken }), { abortSignal }),
    )
    this.#hasAnswered = true
    this.#token = answer.NextPollConfigurationToken
    this.#intervalMs = (answer.NextPollIntervalInSeconds ?? this.#intervalMs / 1000) * 1000
    const nextPollMs = this.#intervalMs
    const body = answer.Configuration
    // The SDK gives null for an empty body, which its types do not say.
    if (!body || body.byteLength === 0) return { kind: 'unchanged', nextPollMs }
    const { ContentType: contentType, VersionLabel: versionLabel } = answer
    return { kind: 'content', body, contentType, versionLabel, nextPollMs }
  }

  /** Milliseconds until a session may be opened. */
  #waitToOpenMs(): number {
    if (!this.#hasAnswered) return 0
    const { clock, reopeningDelayMs } = this.#options
    this.#reopenFromMs ??= clock.now() + reopeningDelayMs()
    return Math.max(0, this.#reopenFromMs - clock.now())
  }

  async #open(signal: AbortSignal): Promise<string> {
    const { application, environment, profile } = this.#document
    const { pollIntervalSeconds, clock, random } = this.#options
    const { InitialConfigurationToken } = await this.#call(signal, (sdk, client, abortSignal) =>
      client.send(
        new sdk.StartConfigurationSessionCommand({
          ApplicationIdentifier: application,
          EnvironmentIdentifier: environment,
          ConfigurationProfileIdentifier: profile,
          RequiredMinimumPollIntervalInSeconds: pollIntervalSeconds,
        }),
        { abortSignal },
      ),
    )
    if (!InitialConfigurationToken) throw new Error('StartConfigurationSession answered without a token')
    // Tokens live for up to 24 hours. The random part keeps a fleet that started together from reopening
    // together.
    this.#reopenAtMs = clock.now() + (22 + 1.5 * random()) * HOUR_MS
    return InitialConfigurationToken
  }

  async #call<T>(
    signal: AbortSignal,
    send: (sdk: Sdk, client: AppConfigDataClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { sdk, client } = await this.#load()
    return withTimeOut(this.#requestTimeoutMs, signal, (abortSignal) => send(sdk, client, abortSignal))
  }
}
