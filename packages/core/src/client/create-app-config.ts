/**
 * The client: a tenant's configuration, now.
 *
 * What callers may rely on:
 *  1. For a warm tenant `peek` answers at once: no promise, no timer, nothing composed anew unless
 *     a document has changed.
 *  2. A cold tenant loads once, however many wait, and waits no longer than `resolveTimeoutMs`.
 *  3. What was once served is served on, whatever fails later.
 *  4. Nothing here keeps the process alive, prints, or throws outside a call.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { createDocumentStore } from '../documents/document-store.ts'
import { createScheduler } from '../documents/scheduler.ts'
import { completeOptions } from '../environment-variables.ts'
import { type ErrorCode, isAppConfigError, TenantError, UnavailableError } from '../errors.ts'
import { createEmitter } from '../events.ts'
import type { JsonValue } from '../json.ts'
import { needsTenant as someLayerNeedsTenant } from '../layers/tenant-layers.ts'
import type { AppConfigOptions } from '../options.ts'
import { parseOptions } from '../parse-options.ts'
import { composeInputs } from '../snapshots/compose.ts'
import { interning } from '../snapshots/intern.ts'
import { stampWith } from '../snapshots/stamp.ts'
import { type Tenant, tenantKey, toTenant } from '../tenants/tenant.ts'
import type { ConfigOf } from '../types.ts'
import { announcing } from './announce.ts'
import type { AppConfigClient, ResolveOptions } from './app-config-client.ts'
import { healthOf } from './health.ts'
import { COLD, inspectResident } from './inspection.ts'
import { isServed, type Resident, refresh, type ServedResident } from './resident.ts'
import { createResidents, type Given } from './residents.ts'
import { createSight } from './sight.ts'

/** A load that missed its time serves what it has, and is not waited for again this soon. */
const PATIENCE_MS = 30_000
/** Tenants brought up to date in one go, between which requests get their turn. */
const SWEEP_SIZE = 100
/** What `start` need not wait for: these do not pass by themselves. */
const LASTING: readonly ErrorCode[] = [
  'DOCUMENT_ABSENT',
  'DOCUMENT_INVALID',
  'DOCUMENT_TOO_LARGE',
  'CONFIG_INVALID',
  'DIRECTORY_MISSING',
]

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
  const random = Math.random
  const emitter = createEmitter()
  const scheduler = createScheduler({ clock, random, maxRequestsPerSecond: settings.maxRequestsPerSecond })
  const documents = createDocumentStore({
    source,
    scheduler,
    clock,
    random,
    emitter,
    maxDocumentBytes: settings.maxDocumentBytes,
    missingRecheckSeconds: settings.missingRecheckSeconds,
    maxSleeping: 2 * settings.maxTenants,
    onChange: sweepSoon,
  })
  const residents = createResidents(settings, documents)
  const { everyone } = residents
  const composeOnce = composeInputs(defaults, settings.check, settings.split)
  const compose = interning(composeOnce)
  const announce = announcing(emitter)
  const sight = createSight({ settings, emitter, compose: composeOnce })
  const fallback =
    defaults &&
    settings.onUnavailable === 'defaults' &&
    stampWith(Object.freeze({ ...defaults }), { layers: [], isFallback: true })
  const loading = new Map<string, Promise<ServedResident>>()
  let closed = false

  function update(resident: Resident): void {
    if (resident.seenChanges === documents.changes) return
    refresh(resident, documents.changes, compose)
    // Without a tenant's layers a configuration may well lack what the schema wants: no defect.
    if (resident.tenant || !needsTenant || resident.snapshot !== undefined) announce(resident)
  }

  /** Who is being served and has a snapshot that is not cold, brought up to date. */
  function warm(given: Given): ServedResident | undefined {
    const resident = closed ? undefined : residents.find(given)
    if (resident === undefined) return undefined
    update(resident)
    if (clock.now() >= resident.coldAtMs) {
      resident.coldAtMs = Math.min(...resident.documents.map((document) => document.overdueAtMs))
      if (clock.now() >= resident.coldAtMs) return undefined
    }
    return isServed(resident) ? resident : undefined
  }

  /** Every set that is being served is composed and judged soon after a change, asked for or not. */
  let isSweeping = false
  function sweepSoon(): void {
    if (isSweeping || closed) return
    isSweeping = true
    setImmediate(() => {
      isSweeping = false
      sweep(residents.all())
    })
  }
  function sweep(left: Resident[]): void {
    for (const resident of left.splice(0, SWEEP_SIZE)) update(resident)
    if (left.length > 0 && !closed) setImmediate(() => sweep(left))
  }

  async function resolve(given: Given, options: ResolveOptions | undefined): Promise<JsonValue> {
    if (closed) throw closedError()
    const known = warm(given)
    if (known) return sight.fetch(known, options)
    const tenant =
      given === null || given === undefined ? undefined : toTenant(given, settings.tenantIdPattern)
    let loaded: ServedResident
    try {
      loaded = await loadOnce(tenant)
    } catch (error) {
      if (fallback && isAppConfigError(error) && error.code === 'CONFIG_UNAVAILABLE') return fallback
      throw error
    }
    return sight.fetch(loaded, options)
  }

  function loadOnce(tenant: Tenant | undefined): Promise<ServedResident> {
    const key = tenant === undefined ? '' : tenantKey(tenant)
    let promise = loading.get(key)
    if (promise === undefined) {
      promise = load(tenant).finally(() => loading.delete(key))
      loading.set(key, promise)
    }
    return promise
  }

  async function load(tenant: Tenant | undefined): Promise<ServedResident> {
    const deadline = deadlineIn(settings.resolveTimeoutMs)
    let letGo = (): void => {}
    try {
      if (tenant && !residents.find(tenant)) await residents.check(tenant, deadline.over)
      // From moving in to being kept nothing may come between: others move in too, and push out.
      const resident = residents.find(tenant) ?? residents.admit(tenant as Tenant)
      letGo = residents.keep(resident)
      await Promise.race([settle(resident), deadline.over])
      return take(resident)
    } finally {
      deadline.cancel()
      letGo()
    }
  }

  async function settle(resident: Resident): Promise<void> {
    await Promise.all(resident.documents.map((document) => document.settle()))
  }

  /** A resident that was waited for, if there is something to serve it. */
  function take(resident: Resident): ServedResident {
    if (closed) throw closedError()
    // Also where nothing changed: before it was waited for, nothing was there to change.
    if (resident.snapshot === undefined) resident.seenChanges = -1
    update(resident)
    const { error, tenant } = resident
    if (!isServed(resident)) {
      if (tenant && error instanceof TenantError) throw residents.turnAway(tenant, error)
      throw unavailable(resident)
    }
    residents.welcome(resident)
    resident.coldAtMs = Math.min(...resident.documents.map((document) => document.overdueAtMs))
    for (const document of resident.documents) {
      if (clock.now() < document.overdueAtMs) continue
      resident.coldAtMs = clock.now() + PATIENCE_MS
      emitter.emit('stale', { document: document.id, sinceMs: document.health().checkedAtMs ?? clock.now() })
    }
    return resident
  }

  function unavailable({ documents: held, error, tenant }: Resident): UnavailableError {
    const dueAtMs = Math.min(...held.filter(({ current }) => !current).map((document) => document.dueAtMs))
    const seconds = Math.ceil((dueAtMs - clock.now()) / 1000)
    const problem = error?.message.replace(/^\[appconfig-kit\] /, '') ?? 'nothing has been read yet'
    return new UnavailableError(
      'CONFIG_UNAVAILABLE',
      `there is no configuration for ${tenant ? 'this tenant' : 'requests without a tenant'}: ${problem}`,
      { cause: error, retryAfterSeconds: Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 300) : 1 },
    )
  }

  function deadlineIn(ms: number): { over: Promise<undefined>; cancel: () => void } {
    let cancel = (): void => {}
    const over = new Promise<undefined>((done) => {
      cancel = clock.schedule(ms, () => done(undefined))
    })
    return { over, cancel }
  }

  async function loadEveryone(): Promise<void> {
    const deadline = deadlineIn(settings.startTimeoutMs)
    let isOver = false
    void deadline.over.then(() => {
      isOver = true
    })
    try {
      while (!closed) {
        const attempt = nextOutcome()
        await Promise.race([settle(everyone), deadline.over])
        update(everyone)
        const { snapshot, error } = everyone
        if (snapshot !== undefined || (error?.code === 'CONFIG_INVALID' && needsTenant)) return
        if (isOver || (error && LASTING.includes(error.code))) throw unavailable(everyone)
        await Promise.race([attempt, deadline.over])
      }
      throw closedError()
    } finally {
      deadline.cancel()
    }
  }

  /** Resolves when some document was asked for again, however that ended. */
  function nextOutcome(): Promise<void> {
    return new Promise((done) => {
      const offs = (['change', 'failure', 'rejected'] as const).map((name) =>
        emitter.on(name, () => {
          for (const off of offs) off()
          done()
        }),
      )
    })
  }

  let cancelIdleCheck = (): void => {}
  function checkIdle(): void {
    residents.purgeIdle()
    cancelIdleCheck = clock.schedule(settings.idleTimeoutSeconds * 250, checkIdle)
  }
  checkIdle()

  let starting: Promise<void> | undefined
  return {
    needsTenant,
    asyncContext: settings.asyncContext,
    resolveTimeoutMs: settings.resolveTimeoutMs,
    clock,
    start() {
      starting ??= loadEveryone().catch((error) => {
        starting = undefined
        throw error
      })
      return starting
    },
    // What was composed has passed the schema, and that is what the type says.
    resolve: (given, options) => resolve(given, options) as never,
    peek(given, options) {
      const resident = warm(given)
      return resident && (sight.now(resident, options) as never)
    },
    inspect(given, inspectOptions = {}) {
      const resident = residents.find(given)
      if (resident === undefined) return COLD
      update(resident)
      return inspectResident(resident, defaults, source.evaluate !== undefined, inspectOptions)
    },
    health() {
      const required = everyone.documents.filter((_, at) => !everyone.layers[at]?.optional)
      return healthOf(documents.awake(), new Set(required), residents.size)
    },
    on: emitter.on,
    async close() {
      if (closed) return
      closed = true
      cancelIdleCheck()
      residents.clear()
      documents.close()
      source.close?.()
    },
  }
}

function closedError(): UnavailableError {
  return new UnavailableError(
    'CLIENT_CLOSED',
    'the client was closed. Make a new one, or close it after the last request',
  )
}
