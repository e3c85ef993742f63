/**
 * The client: a tenant's configuration, now.
 *
 * What callers may rely on:
 *  1. For a warm tenant `peek` answers at once: no promise, no timer, nothing composed anew unless
 *     a document has changed.
 *  2. A cold tenant loads once, however many wait, and waits no longer than `resolveTimeoutMs`.
 *  3. What was once served is served on, whatever fails later.
 *  4. Nothing here prints or throws outside a call, and nothing keeps the process alive but a promise that was
 *     returned and is not settled.
 *
 * This file connects the parts; each is a file of its own.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { createDocumentStore } from '../documents/document-store.ts'
import { createScheduler } from '../documents/scheduler.ts'
import { completeOptions } from '../environment-variables.ts'
import { isAppConfigError } from '../errors.ts'
import { createEmitter } from '../events.ts'
import { flagWarnings } from '../flags/flag-warnings.ts'
import type { JsonValue } from '../json.ts'
import { needsTenant as someLayerNeedsTenant, tenantLayers } from '../layers/tenant-layers.ts'
import { problemTeller } from '../logger.ts'
import type { AppConfigOptions } from '../options.ts'
import { parseOptions } from '../parse-options.ts'
import { mergeBase, mergingOnce } from '../snapshots/base.ts'
import { composeInputs } from '../snapshots/compose.ts'
import { interning } from '../snapshots/intern.ts'
import { stampAsFallback } from '../snapshots/stamp.ts'
import { documentKey } from '../sources/source.ts'
import { createAdmission } from '../tenants/admission.ts'
import { toTenant } from '../tenants/tenant.ts'
import { createTenantEntries, type GivenTenant } from '../tenants/tenant-entries.ts'
import { createEntry, hasOwn, isServed, type ServedEntry, type TenantEntry } from '../tenants/tenant-entry.ts'
import type { ConfigOf } from '../types.ts'
import { type AppConfigClient, LOOK, type ResolveOptions } from './app-config-client.ts'
import { coldLoads, holdDocuments, releaseDocuments } from './cold-loads.ts'
import { createDeadlines } from './deadlines.ts'
import { closedError } from './errors.ts'
import { healthOf } from './health.ts'
import { COLD, inspectEntry } from './inspection.ts'
import { keepAliveUntil } from './keep-alive.ts'
import { createMissingDocuments } from './missing-documents.ts'
import { logProblems } from './problem-log.ts'
import { configSeen, createSight, type Seen } from './sight.ts'
import { start } from './start.ts'
import { createUpdates } from './updates.ts'

/**
 * Makes a client. What the options leave out comes from the environment variables.
 *
 * @throws {OptionsError} at once, for wrong options.
 * @example
 * const client = createAppConfig({
 *   application: 'api', environment: 'prod-01', layers: ['default', (t) => `tier-${t.tier}`], source: direct(),
 * })
 * const config = await client.resolve({ id: 'tenant-01', tier: 'pro' })
 */
export function createAppConfig<Schema extends StandardSchemaV1 | undefined = undefined>(
  options: AppConfigOptions<Schema> = {},
): AppConfigClient<ConfigOf<Schema>> {
  const settings = parseOptions(completeOptions(options))
  const { clock, source, defaults } = settings
  const needsTenant = someLayerNeedsTenant(settings)
  const emitter = createEmitter()
  const random = Math.random
  const documents = createDocumentStore<TenantEntry>({
    ...settings,
    random,
    emitter,
    scheduler: createScheduler({ clock, random, maxRequestsPerSecond: settings.maxRequestsPerSecond }),
    maxSleeping: 2 * settings.maxTenants,
    onChange: (document) => updates.documentChanged(document),
  })
  const tell = problemTeller(settings.logger)
  const merge = mergeBase(settings)
  const composition = {
    ...settings,
    warnings: flagWarnings(
      (code, text) => tell('warn', code, text),
      process.env['NODE_ENV'] === 'production',
    ),
  }
  const updates = createUpdates({
    compose: interning(composeInputs({ ...composition, mergeBase: mergingOnce(merge) })),
    needsTenant,
    sourceEvaluates: source.evaluate !== undefined,
    holdersOf: (document) => documents.holdersOf(document),
  })
  const admission = createAdmission(settings)
  const tenantless = createEntry(undefined, tenantLayers(settings, undefined))
  holdDocuments(tenantless, documents, 'known')
  const sharedKeys = new Set(tenantless.documents.map(({ key }) => key))
  const problems = logProblems({
    emitter,
    clock,
    tell,
    isShared: (document) => sharedKeys.has(documentKey(document)),
  })
  const entries = createTenantEntries({
    ...settings,
    tenantless,
    onEvict(entry) {
      if (isServed(entry) && entry.tenant) admission.noteServed(entry.tenant.id, hasOwn(entry))
      if (entry.waiting === 0) releaseDocuments(entry, documents)
    },
  })
  const deadlines = createDeadlines(clock)
  const missing = createMissingDocuments(clock, settings.missingRecheckSeconds)
  const sight = createSight({
    settings,
    emitter,
    compose: composeInputs({ ...composition, mergeBase: merge }),
    tell,
  })
  let isClosed = false
  const ports = {
    settings,
    entries,
    documents,
    admission,
    updates,
    emitter,
    deadlines,
    missing,
    isClosed: () => isClosed,
  }
  const load = coldLoads(ports)
  const fallback =
    defaults && settings.onUnavailable === 'defaults' && stampAsFallback(Object.freeze({ ...defaults }))

  /** The entry of a tenant if its snapshot can be served as it is, brought up to date. */
  function warm(given: GivenTenant): ServedEntry | undefined {
    if (isClosed) return undefined
    const nowMs = clock.now()
    const entry = entries.use(given, nowMs)
    if (entry === undefined) return undefined
    if (entry.isOutdated) updates.update(entry)
    if (nowMs >= entry.coldAtMs && isCold(entry, nowMs)) return undefined
    return isServed(entry) ? entry : undefined
  }

  function look(given: GivenTenant, options: ResolveOptions | undefined): Seen | undefined {
    const entry = warm(given)
    if (entry === undefined) return undefined
    return entry.isPlain ? entry.snapshot : sight.look(entry, options)
  }

  async function resolve(given: GivenTenant, options: ResolveOptions | undefined): Promise<JsonValue> {
    if (isClosed) throw closedError()
    const entry = warm(given)
    if (entry) return sight.fetch(entry, options)
    const tenant =
      given === null || given === undefined ? undefined : toTenant(given, settings.tenantIdPattern)
    let loaded: ServedEntry
    try {
      loaded = await load(tenant)
    } catch (error) {
      if (fallback && isAppConfigError(error) && error.code === 'CONFIG_UNAVAILABLE') return fallback
      throw error
    }
    return sight.fetch(loaded, options)
  }

  let cancelIdleCheck = (): void => {}
  function checkIdle(): void {
    entries.evictIdle()
    admission.forgetOutdated()
    cancelIdleCheck = clock.schedule(settings.idleTimeoutSeconds * 250, checkIdle)
  }
  checkIdle()

  let starting: Promise<void> | undefined
  return {
    needsTenant,
    asyncContext: settings.asyncContext,
    resolveTimeoutMs: settings.resolveTimeoutMs,
    clock,
    start({ keepsProcessAlive = true } = {}) {
      starting ??= start({ ...ports, tenantless, needsTenant }).catch((error) => {
        starting = undefined
        if (!isClosed) problems.startFailed(error)
        throw error
      })
      return keepsProcessAlive ? keepAliveUntil(starting) : starting
    },
    // What was composed has passed the schema, and that is what the type says.
    resolve: (given, options) => resolve(given, options) as never,
    peek(given, options) {
      const seen = look(given, options)
      return seen === undefined ? undefined : (configSeen(seen) as never)
    },
    [LOOK]: look,
    inspect(given, inspectOptions = {}) {
      const entry = entries.use(given, clock.now())
      if (entry === undefined) return COLD
      updates.update(entry)
      return inspectEntry(entry, defaults, source.evaluate !== undefined, inspectOptions)
    },
    health: () => healthOf(documents.awake(), missing.all(), tenantless, entries.size),
    on: emitter.on,
    async close() {
      if (isClosed) return
      isClosed = true
      cancelIdleCheck()
      updates.stop()
      deadlines.endAll()
      entries.clear()
      documents.close()
      source.close?.()
    },
  }
}

/** Whether a document was not polled in time, now that this must be looked at again. */
function isCold(entry: TenantEntry, nowMs: number): boolean {
  entry.coldAtMs = Math.min(...entry.documents.map(({ overdueAtMs }) => overdueAtMs))
  return nowMs >= entry.coldAtMs
}
