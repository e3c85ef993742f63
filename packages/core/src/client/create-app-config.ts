/**
 * The client: it gives the current configuration of a tenant.
 *
 * What callers may rely on:
 *  1. For a warm tenant `peek` answers synchronously: without a promise or timer, and without composing
 *     unless a document has changed; then in one short step, or the configuration is the one before.
 *  2. A cold tenant is loaded once for all requests that wait, which wait at most `resolveTimeoutMs`.
 *  3. A configuration that was served stays available, whatever fails later.
 *  4. The client logs problems only (option `logger`) and throws from calls only. Nothing but a returned
 *     promise that is not settled keeps the process alive.
 *
 * The parts are connected in `parts.ts`; the path of a request through them is in `resolve.ts`.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { CountedBy } from '../config-notes.ts'
import { isAnyoneListening } from '../decisions/watch.ts'
import { checkRuntime } from '../node-modules.ts'
import { completeOptions } from '../options/environment-variables.ts'
import type { AppConfigOptions } from '../options/options.ts'
import { parseOptions } from '../options/parse-options.ts'
import { createOverriding } from '../overrides/overriding.ts'
import { tenantIdOf } from '../tenants/tenant.ts'
import type { ConfigOf } from '../types.ts'
import { configSeen, notesSeen } from '../views/seen.ts'
import {
  type AppConfigClient,
  COUNT,
  EMIT,
  IS_UPDATING,
  LOOK,
  ON_CLOSE,
  OVERRIDE,
  type RequestCounter,
  WATCH,
} from './app-config-client.ts'
import { healthOf } from './health.ts'
import { COLD, inspectEntry } from './inspection.ts'
import { keepAliveUntil } from './keep-alive.ts'
import { type ClientParts, connectParts } from './parts.ts'
import { look, resolve } from './resolve.ts'
import { start } from './start.ts'

/**
 * Makes a client. What the options leave out comes from the environment variables.
 *
 * It polls nothing before `start()` or the first `resolve()`.
 *
 * @throws {OptionsError} for wrong options: `OPTIONS_INVALID`, `SOURCE_NOT_CONFIGURED`.
 * @example
 * const client = createAppConfig({
 *   application: 'api', environment: 'prod-01', layers: ['default', (t) => `tier-${t.tier}`], source: direct(),
 * })
 * const config = await client.resolve({ id: 'tenant-01', tier: 'pro' })
 */
export function createAppConfig<Schema extends StandardSchemaV1 | undefined = undefined>(
  options: AppConfigOptions<Schema> = {},
): AppConfigClient<ConfigOf<Schema>> {
  checkRuntime()
  const settings = parseOptions(completeOptions(options))
  const parts = connectParts(settings)
  const { documents, entries, tenantless, updates, watch } = parts
  const idleChecks = evictIdleEntries(parts)
  const startOnce = startingOnce(parts)
  const closeListeners = new Set<() => void>()
  let closing: Promise<void> | undefined
  return {
    needsTenant: parts.needsTenant,
    asyncContext: settings.asyncContext,
    resolveTimeoutMs: settings.resolveTimeoutMs,
    clock: settings.clock,
    start({ keepsProcessAlive = true } = {}) {
      const starting = startOnce()
      return keepsProcessAlive ? keepAliveUntil(starting) : starting
    },
    // The type says what the schema has checked.
    async resolve(given, resolveOptions) {
      return configSeen(watch(await resolve(parts, given, resolveOptions), tenantIdOf(given))) as never
    },
    peek(given, resolveOptions) {
      const seen = look(parts, given, resolveOptions)
      if (seen === undefined) return undefined
      if (!isAnyoneListening()) return configSeen(seen) as never
      return configSeen(watch(seen, tenantIdOf(given))) as never
    },
    [WATCH]: watch,
    [LOOK]: (given, resolveOptions) => look(parts, given, resolveOptions),
    [IS_UPDATING](given) {
      const entry = entries.use(given, settings.clock.now())
      return entry !== undefined && updates.isPending(entry)
    },
    [COUNT]: parts.usage && counterOf(parts.usage),
    [OVERRIDE]:
      settings.overrides && createOverriding(settings.overrides, { ...settings, emitter: parts.emitter }),
    [EMIT]: parts.emitter.emit,
    [ON_CLOSE](listener) {
      closeListeners.add(listener)
      return () => closeListeners.delete(listener)
    },
    inspect(given, inspectOptions = {}) {
      const entry = entries.use(given, settings.clock.now())
      if (entry === undefined) return COLD
      updates.update(entry)
      return inspectEntry(entry, settings.defaults, settings.source.evaluate !== undefined, inspectOptions)
    },
    health: () =>
      healthOf(documents.awake(), parts.missing.all(), tenantless, parts.needsTenant, entries.size),
    usage: () => parts.usage?.counter.all() ?? [],
    on: parts.emitter.on,
    close() {
      closing ??= close()
      return closing
    },
  }

  async function close(): Promise<void> {
    parts.life.isClosed = true
    for (const listener of closeListeners) listener()
    idleChecks.stop()
    updates.stop()
    parts.deadlines.endAll()
    entries.clear()
    documents.close()
    settings.source.close?.()
    if (parts.backup) await keepAliveUntil(parts.backup.close())
  }
}

/** @param ofNone what requests without a configuration are counted by. */
function counterOf(ofNone: CountedBy): RequestCounter {
  return function countRequest(seen, outcome) {
    const usage = seen === undefined ? ofNone : notesSeen(seen)?.usage
    usage?.counter.addRequest(usage.counts, outcome)
  }
}

/** One start for all callers, until it has failed. */
function startingOnce(parts: ClientParts): () => Promise<void> {
  let starting: Promise<void> | undefined
  return function startOnce() {
    starting ??= start(parts).catch((error) => {
      starting = undefined
      if (!parts.life.isClosed) parts.problems.startFailed(error)
      throw error
    })
    return starting
  }
}

/** Evicts idle entries, four times in an idle time: at most a quarter of it too late. */
function evictIdleEntries({ entries, admission, settings }: ClientParts): { stop(): void } {
  let cancel = (): void => {}
  function check(): void {
    entries.evictIdle()
    admission.forgetOutdated()
    cancel = settings.clock.schedule(settings.idleTimeoutSeconds * 250, check)
  }
  if (settings.refresh === 'interval') check()
  return { stop: () => cancel() }
}
