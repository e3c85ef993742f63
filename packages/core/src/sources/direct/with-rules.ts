/**
 * A session whose flags bring the rules of their variants, which the data plane withholds.
 *
 * What a new content with reduced flags comes to:
 *  1. The hosted version of its label is read from the control plane, some time within the spread: a fleet
 *     that got the label at once must not ask at once.
 *  2. What was served before, rules and all, is served until then, so that nobody falls to a default in
 *     between. Where nothing was, the defaults are served; without a spread, the rules are waited for.
 *  3. What was read of a flag is used only if reducing it gives what the data plane served of that flag; a flag under
 *     experiment has no rules here. It is told once which flags stay as they were served.
 *  4. Where the rules can't be had, the content goes out as it was served, and it is told why. A call that
 *     failed is tried twice more, later; throttled, we don't ask again for that label.
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

/** @param spreadSeconds within how long the control plane is asked for a new label. */
export function withRules(
  session: Session,
  document: DocumentId,
  { clock, random, hint, report }: SessionOptions,
  versions: HostedVersions,
  spreadSeconds: number,
): Session {
  /** What the next poll answers, without asking the data plane: that is not due. */
  let ready: Content | undefined
  let dueAtMs = 0
  let hasServed = false
  /** What was said last of single flags. */
  let told: string | undefined
  let stopSearch = (): void => {}

  async function receive(content: Content): Promise<PollResult> {
    stopSearch()
    ready = undefined
    const served = jsonOrUndefined(new TextDecoder().decode(content.body))
    const { withheld, underExperiment } = splitReduced(served)
    if (!isPlainObject(served) || withheld.length === 0) {
      tellOfFlags(content, [experimentProblem(underExperiment)])
      return serve(content)
    }
    const { versionLabel } = content
    if (versionLabel === undefined) {
      tell(content, new Error('the version has no label to ask for. Give each version one when it is made'))
      return serve(content)
    }
    const known = versions.known(document, versionLabel)
    if (known) return serve(wholeOf(content, served, known))
    const { attempt, attemptIn } = search(content, served, versionLabel)
    if (!hasServed && spreadSeconds === 0) return serve((await attempt()) ?? content)
    attemptIn(random() * spreadSeconds * 1000, hasServed ? content : undefined)
    const { nextPollMs, intervalMs } = content
    return hasServed ? { kind: 'unchanged', nextPollMs, intervalMs } : serve(content)
  }

  function search(content: Content, served: JsonObject, versionLabel: string) {
    const abort = new AbortController()
    let cancel = (): void => {}
    let tries = 0
    stopSearch = () => {
      cancel()
      abort.abort()
    }

    /** The content with its rules; where they can't be had, it is told why. */
    async function attempt(): Promise<Content | undefined> {
      tries++
      try {
        const whole = wholeOf(content, served, await versions.read(document, versionLabel, abort.signal))
        return whole === content ? undefined : whole
      } catch (error) {
        if (abort.signal.aborted) return undefined
        tell(content, error)
        if (error instanceof ControlPlaneError && error.isPassing && tries < MOST_TRIES)
          attemptIn(RETRY_MS * (1 + random()))
      }
      return undefined
    }

    /** @param otherwise what to serve if that attempt fails. */
    function attemptIn(delayMs: number, otherwise?: Content): void {
      cancel = clock.schedule(delayMs, async () => {
        const next = (await attempt()) ?? otherwise
        if (abort.signal.aborted || next === undefined) return
        ready = next
        hint()
      })
    }

    return { attempt, attemptIn }
  }

  function forget(): void {
    stopSearch()
    hasServed = false
  }

  function serve(content: Content): Content {
    hasServed = true
    const { intervalMs = content.nextPollMs } = content
    return { ...content, intervalMs, nextPollMs: Math.max(1, dueAtMs - clock.now()) }
  }

  /** The content with the rules of all flags that agree with what was served. */
  function wholeOf(content: Content, served: JsonObject, authored: Uint8Array): Content {
    const { flags, problems } = restoreRules(served, authored)
    tellOfFlags(content, problems)
    if (flags === served) return content
    return { ...content, body: new TextEncoder().encode(JSON.stringify(flags)) }
  }

  function tell(content: Content, cause: unknown): void {
    told = undefined
    const text = `the rules of ${nameOf(content)} can't be had, so its flags are served as their default variants: ${messageOf(cause)}`
    report(new SourceError('VARIANTS_UNAVAILABLE', `${documentName(document)}: ${text}`, { cause }))
  }

  /** Once for a version and what is wrong with it: a session that is opened anew brings the same again. */
  function tellOfFlags(content: Content, problems: readonly (string | undefined)[]): void {
    const reasons = problems.filter((problem) => problem !== undefined)
    const text = `flags of ${nameOf(content)} are served without rules, as AppConfig serves them to plain clients: ${reasons.join('; ')}`
    if (reasons.length > 0 && text !== told)
      report(new SourceError('VARIANTS_UNAVAILABLE', `${documentName(document)}: ${text}`))
    told = reasons.length > 0 ? text : undefined
  }

  return {
    async poll(signal) {
      if (ready !== undefined) {
        // The data plane is not asked: that is not due yet.
        const content = ready
        ready = undefined
        return serve(content)
      }
      const result = await session.poll(signal)
      dueAtMs = clock.now() + result.nextPollMs
      if (result.kind === 'content') return receive(result)
      if (result.kind === 'absent') forget()
      return result
    },
    close() {
      stopSearch()
      session.close?.()
    },
  }
}

function nameOf({ versionLabel }: Content): string {
  return versionLabel === undefined ? 'this version' : `version ${quoted(versionLabel)}`
}
