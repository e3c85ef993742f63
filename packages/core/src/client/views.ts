/**
 * The view of a request, evaluated in this process or by the source.
 *
 * In this process that is synchronous. A source that evaluates variants itself is asked once, for at most
 * `resolveTimeoutMs`.
 *
 * @module
 */
import { quoted, WiringError } from '../errors.ts'
import type { Emitter } from '../events.ts'
import { hasReducedFlags } from '../flags/reduce-flags.ts'
import type { TellProblem } from '../logger.ts'
import { oncePerName } from '../once-per-name.ts'
import type { Settings } from '../options/options.ts'
import { RESERVED_KEYS, type RuleContext } from '../rules/facts.ts'
import type { Compose } from '../snapshots/compose.ts'
import type { ServedEntry } from '../tenants/tenant-entry.ts'
import { contextOf } from '../views/context.ts'
import type { Seen } from '../views/seen.ts'
import { viewOf } from '../views/view.ts'
import { evaluateRemotely } from './evaluate-remotely.ts'
import type { ResolveOptions } from './resolve-options.ts'

/** What requests see of the entries of their tenants. */
export interface Views {
  /** What a request of an entry sees; undefined when the source must be asked. */
  look(entry: ServedEntry, options: ResolveOptions | undefined): Seen | undefined
  /** The same, after asking the source where that is needed. */
  fetch(entry: ServedEntry, options: ResolveOptions | undefined): Promise<Seen>
}

interface ViewsOptions {
  readonly settings: Settings
  readonly emitter: Emitter
  /** Without cache: its results belong to one request. */
  readonly compose: Compose
  readonly tell: TellProblem
}

/** Makes views of entries, by rules in this process or by the source. */
export function createViews({ settings, emitter, compose, tell }: ViewsOptions): Views {
  const { source, clock, resolveTimeoutMs, maxDocumentBytes } = settings
  const evaluate = source.evaluate?.bind(source)
  const tellLeftOut = oncePerName((key, problem) =>
    tell('warn', 'CONTEXT_INVALID', `the context ${quoted(key)} ${problem}`),
  )
  const onLeftOut = (key: string) => tellLeftOut(key, LEFT_OUT)

  function look({ snapshot, tenant }: ServedEntry, options: ResolveOptions | undefined): Seen | undefined {
    if (evaluate && hasReducedFlags(snapshot)) return undefined
    return viewOf(snapshot, tenant, options?.context) ?? snapshot
  }

  return {
    look,
    async fetch(entry, options) {
      const seen = look(entry, options)
      if (seen !== undefined || !evaluate) return seen as Seen
      refuseReserved(options?.context)
      const abort = new AbortController()
      const cancel = clock.schedule(resolveTimeoutMs, () => abort.abort())
      try {
        const context = withoutMissing(contextOf(entry.tenant, options?.context))
        const onFailure: Parameters<typeof evaluateRemotely>[3]['onFailure'] = (document, error) =>
          emitter.emit('failure', { document, error })
        const port = { evaluate, compose, maxDocumentBytes, onFailure, onLeftOut }
        const chosen = await evaluateRemotely(entry, context, abort.signal, port)
        // Other layers may hold rules that are evaluated in this process.
        return viewOf(chosen, entry.tenant, options?.context) ?? chosen
      } finally {
        cancel()
      }
    },
  }
}

/** The context without missing values, as it is sent to a source. */
function withoutMissing(context: RuleContext): RuleContext {
  return Object.fromEntries(
    Object.entries(context).filter(([, value]) => value !== undefined && value !== null),
  )
}

const LEFT_OUT =
  "of a request can't be sent to the source, so variants were chosen without it: keys are letters, digits and _, values visible ASCII without commas. Leave it out of `context`, or encode it. This is logged once for each key"

function refuseReserved(context: ResolveOptions['context'] = {}): void {
  const key = RESERVED_KEYS.find((name) => Object.hasOwn(context, name) && context[name] != null)
  if (key === undefined) return
  throw new WiringError(
    'CONTEXT_INVALID',
    `the context holds ${quoted(key)}, which says who the tenant is and comes from the tenant alone. Leave it out`,
  )
}
