/**
 * A session that adds the rules of variants, which the data plane withholds.
 *
 * For a new content with reduced flags:
 *  1. The hosted version of its label is read from the control plane after a jitter, so that a fleet does not
 *     ask at once.
 *  2. Until then the content before is served, with its rules, so that no request falls back to a default. If
 *     there was none, the defaults are served or, without jitter, the rules are awaited.
 *  3. Rules of a flag are used only if reducing that flag gives what the data plane served. A flag under
 *     experiment has no rules here. Flags that stay as served are reported once.
 *  4. If the rules can't be read, the content is served as it is, and the reason is reported. A failed call
 *     is retried twice, later; a throttled one is not retried for that label.
 *
 * @module
 */
import { messageOf, quoted, SourceError } from '../../errors.ts'
import { isPlainObject, type JsonObject, jsonOrUndefined } from '../../json.ts'
import {
  type DocumentId,
  documentName,
  type PollResult,
  type Session,
  type SessionOptions,
} from '../source.ts'
import { ControlPlaneError, type HostedVersions } from './control-plane.ts'
import { experimentProblem, restoreRules, splitReduced } from './restore-rules.ts'

type Content = Extract<PollResult, { kind: 'content' }>

const MOST_TRIES = 3
const RETRY_MS = 60_000

/** A session that restores rules of variants. See the module for what it does. */
export class SessionWithRules implements Session {
  readonly #session: Session
  readonly #document: DocumentId
  readonly #options: SessionOptions
  readonly #versions: HostedVersions
  readonly #spreadSeconds: number
  /** The answer to the next poll, which makes no call, because the data plane is not due. */
  #ready: Content | undefined
  #dueAtMs = 0
  #hasServed = false
  /** The last report about single flags. */
  #told: string | undefined
  #search: Search | undefined

  /** @param spreadSeconds the longest jitter before the control plane is asked for a new label. */
  constructor(
    session: Session,
    document: DocumentId,
    options: SessionOptions,
    versions: HostedVersions,
    spreadSeconds: number,
  ) {
    this.#session = session
    this.#document = document
    this.#options = options
    this.#versions = versions
    this.#spreadSeconds = spreadSeconds
  }

  async poll(signal: AbortSignal): Promise<PollResult> {
    if (this.#ready !== undefined) {
      const content = this.#ready
      this.#ready = undefined
      return this.#serve(content)
    }
    const result = await this.#session.poll(signal)
    this.#dueAtMs = this.#options.clock.now() + result.nextPollMs
    if (result.kind === 'content') return this.#receive(result)
    if (result.kind === 'absent') {
      this.#stopSearch()
      this.#hasServed = false
    }
    return result
  }

  close(): void {
    this.#stopSearch()
    this.#session.close?.()
  }

  async #receive(content: Content): Promise<PollResult> {
    this.#stopSearch()
    this.#ready = undefined
    const served = jsonOrUndefined(new TextDecoder().decode(content.body))
    const { withheld, underExperiment } = splitReduced(served)
    if (!isPlainObject(served) || withheld.length === 0) {
      this.#tellOfFlags(content, [experimentProblem(underExperiment)])
      return this.#serve(content)
    }
    const { versionLabel, nextPollMs, intervalMs } = content
    if (versionLabel === undefined) {
      this.#tell(
        content,
        new Error('the version has no label to ask for. Give each version one when it is made'),
      )
      return this.#serve(content)
    }
    const known = this.#versions.known(this.#document, versionLabel)
    if (known) return this.#serve(this.#wholeOf(content, served, known))
    const search: Search = {
      content,
      served,
      versionLabel,
      tries: 0,
      abort: new AbortController(),
      cancel() {},
    }
    this.#search = search
    if (!this.#hasServed && this.#spreadSeconds === 0)
      return this.#serve((await this.#attempt(search)) ?? content)
    const delayMs = this.#options.random() * this.#spreadSeconds * 1000
    this.#attemptIn(search, delayMs, this.#hasServed ? content : undefined)
    return this.#hasServed ? { kind: 'unchanged', nextPollMs, intervalMs } : this.#serve(content)
  }

  #stopSearch(): void {
    this.#search?.cancel()
    this.#search?.abort.abort()
    this.#search = undefined
  }

  /** The content with its rules; undefined if they can't be read, which is reported. */
  async #attempt(search: Search): Promise<Content | undefined> {
    const { content, served, versionLabel, abort } = search
    search.tries++
    try {
      const authored = await this.#versions.read(this.#document, versionLabel, abort.signal)
      const whole = this.#wholeOf(content, served, authored)
      return whole === content ? undefined : whole
    } catch (error) {
      if (abort.signal.aborted) return undefined
      this.#tell(content, error)
      if (error instanceof ControlPlaneError && error.isPassing && search.tries < MOST_TRIES)
        this.#attemptIn(search, RETRY_MS * (1 + this.#options.random()))
    }
    return undefined
  }

  /** @param otherwise the content to serve if that attempt fails. */
  #attemptIn(search: Search, delayMs: number, otherwise?: Content): void {
    search.cancel = this.#options.clock.schedule(delayMs, async () => {
      const next = (await this.#attempt(search)) ?? otherwise
      if (search.abort.signal.aborted || next === undefined) return
      this.#ready = next
      this.#options.hint()
    })
  }

  #serve(content: Content): Content {
    this.#hasServed = true
    const { intervalMs = content.nextPollMs } = content
    // Never later than the data plane said, though this machine's clock was set back meanwhile.
    const leftMs = Math.min(this.#dueAtMs - this.#options.clock.now(), content.nextPollMs)
    const nextPollMs = Math.max(1, leftMs)
    return { ...content, intervalMs, nextPollMs }
  }

  /** The content with the rules of all flags that agree with what was served. */
  #wholeOf(content: Content, served: JsonObject, authored: Uint8Array): Content {
    const { flags, problems } = restoreRules(served, authored)
    this.#tellOfFlags(content, problems)
    if (flags === served) return content
    return { ...content, body: new TextEncoder().encode(JSON.stringify(flags)) }
  }

  #tell(content: Content, cause: unknown): void {
    this.#told = undefined
    this.#report(
      `the rules of ${nameOf(content)} can't be had, so its flags are served as their default variants: ${messageOf(cause)}`,
      { cause },
    )
  }

  /**
   * Reports flags without rules, once for each version and reason: a reopened session brings the same version
   * again.
   */
  #tellOfFlags(content: Content, problems: readonly (string | undefined)[]): void {
    const reasons = problems.filter((problem) => problem !== undefined)
    const text = `flags of ${nameOf(content)} are served without rules, as AppConfig serves them to plain clients: ${reasons.join('; ')}`
    if (reasons.length > 0 && text !== this.#told) this.#report(text)
    this.#told = reasons.length > 0 ? text : undefined
  }

  #report(text: string, options?: { readonly cause: unknown }): void {
    const problem = `${documentName(this.#document)}: ${text}`
    this.#options.report(new SourceError('VARIANTS_UNAVAILABLE', problem, options))
  }
}

/** The search for the rules of one content. */
interface Search {
  readonly content: Content
  readonly served: JsonObject
  readonly versionLabel: string
  readonly abort: AbortController
  tries: number
  /** Cancels the planned attempt. */
  cancel: () => void
}

function nameOf({ versionLabel }: Content): string {
  return versionLabel === undefined ? 'this version' : `version ${quoted(versionLabel)}`
}
