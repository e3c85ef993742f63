/**
 * A session whose flags bring the rules of their variants, which the data plane withholds.
 *
 * What a new content with reduced flags comes to:
 *  1. The hosted version of its label is read from the control plane, some time within the spread: a fleet
 *     that got the label at once must not ask at once.
 *  2. What was served before, rules and all, is served until then, so that nobody falls to a default in
 *     between. Where nothing was, the defaults are served; without a spread, the rules are waited for.
 *  3. What was read is used only if reducing it gives what the data plane served.
 *  4. Where the rules can't be had, the content goes out as it was served, and it is told why. A call that
 *     failed is tried twice more, later; throttled, we don't ask again for that label.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { messageOf, quoted, SourceError } from '../../errors.ts'
import { readFlags } from '../../flags/authored-document.ts'
import { hasReducedFlags, reduceFlags } from '../../flags/reduce-flags.ts'
import { compileVariantFlags } from '../../flags/variants.ts'
import { isPlainObject, type JsonValue, jsonOrUndefined } from '../../json.ts'
import { sha256Split } from '../../rules/split.ts'
import {
  type DocumentId,
  documentName,
  type PollResult,
  type Session,
  type SessionOptions,
} from '../source.ts'
import { ControlPlaneError, type HostedVersions } from './control-plane.ts'

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
  let stopSearch = (): void => {}

  async function receive(content: Content): Promise<PollResult> {
    stopSearch()
    ready = undefined
    const served = jsonOrUndefined(new TextDecoder().decode(content.body))
    if (!hasReducedFlags(served)) return serve(content)
    const { versionLabel } = content
    if (versionLabel === undefined) {
      tell(content, new Error('the version has no label to ask for. Give each version one when it is made'))
      return serve(content)
    }
    const known = versions.known(document, versionLabel)
    const whole = known && wholeOf(content, served, known)
    if (whole && !(whole instanceof Error)) return serve(whole)
    const { attempt, attemptIn } = search(content, served, versionLabel)
    if (!hasServed && spreadSeconds === 0) return serve((await attempt()) ?? content)
    attemptIn(random() * spreadSeconds * 1000, hasServed ? content : undefined)
    const { nextPollMs, intervalMs } = content
    return hasServed ? { kind: 'unchanged', nextPollMs, intervalMs } : serve(content)
  }

  function search(content: Content, served: JsonValue | undefined, versionLabel: string) {
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
        const authored = await versions.read(document, versionLabel, abort.signal)
        const whole = wholeOf(content, served, authored)
        if (!(whole instanceof Error)) return whole
        tell(content, whole)
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

  function tell({ versionLabel }: Content, cause: unknown): void {
    const which = versionLabel === undefined ? 'this version' : `version ${quoted(versionLabel)}`
    report(
      new SourceError(
        'VARIANTS_UNAVAILABLE',
        `${documentName(document)}: the rules of ${which} can't be had, so its flags are served as their default variants: ${messageOf(cause)}`,
        { cause },
      ),
    )
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

/** The content with all variants, if that is what was served in short. */
function wholeOf(content: Content, served: JsonValue | undefined, authored: Uint8Array): Content | Error {
  try {
    const flags = readFlags(JSON.parse(new TextDecoder().decode(authored)))
    // No hash comes into it: a default has no rule.
    const reduced = isPlainObject(flags) && reduceFlags(flags, compileVariantFlags(flags, sha256Split))
    if (!isDeepStrictEqual(reduced, served)) return new Error('its hosted version is not what is served')
    return { ...content, body: new TextEncoder().encode(JSON.stringify(flags)) }
  } catch (error) {
    return new Error(`its hosted version can't be used: ${messageOf(error)}`)
  }
}
