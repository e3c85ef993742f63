/**
 * The parts of a client, connected. Each part is a module; functions that need several get all of them.
 *
 * @module
 */
import { type Backup, createBackup } from '../backup/backup.ts'
import { type CountedBy, noteOn } from '../config-notes.ts'
import { createWatching, type Watching } from '../decisions/tell-decisions.ts'
import { createDocumentStore } from '../documents/document-store.ts'
import { createScheduler } from '../documents/scheduler.ts'
import { createEmitter } from '../events.ts'
import { flagWarnings } from '../flags/flag-warnings.ts'
import type { JsonObject } from '../json.ts'
import { sharedLayers, needsTenant as someLayerNeedsTenant, tenantLayers } from '../layers/tenant-layers.ts'
import { problemTeller, type TellProblem } from '../logger.ts'
import type { Settings } from '../options/options.ts'
import { DEFAULT_DECISIONS } from '../options/parse-telemetry.ts'
import { mergeBase, mergingOnce } from '../snapshots/base.ts'
import { type Compose, createCompose } from '../snapshots/compose.ts'
import { interning } from '../snapshots/intern.ts'
import { documentKey } from '../sources/source.ts'
import { createAdmission } from '../tenants/admission.ts'
import { createTenantEntries, type TenantEntries } from '../tenants/tenant-entries.ts'
import { createEntry, hasOwn, isServed, type TenantEntry } from '../tenants/tenant-entry.ts'
import { createUsageCounter, NO_VERSION, type UsageCounter } from '../usage/usage.ts'
import { type ColdLoadPorts, coldLoads, holdDocuments, releaseDocuments } from './cold-loads.ts'
import { createDeadlines } from './deadlines.ts'
import { createMissingDocuments } from './missing-documents.ts'
import { logProblems } from './problem-log.ts'
import { createUpdates } from './updates.ts'
import { createViews, type Views } from './views.ts'

/** All parts of a client. */
export interface ClientParts extends ColdLoadPorts {
  readonly needsTenant: boolean
  /** The entry of requests without a tenant. */
  readonly tenantless: TenantEntry
  readonly load: ReturnType<typeof coldLoads>
  readonly views: Views
  readonly watch: Watching
  readonly problems: ReturnType<typeof logProblems>
  /** The configuration served when there is none, if the options allow that. */
  readonly fallback: JsonObject | undefined
  readonly backup: Backup | undefined
  /** Where requests are counted, and what requests without a configuration add to. */
  readonly usage: CountedBy | undefined
  readonly life: { isClosed: boolean }
}

/** Makes the parts of a client and connects them. Nothing is polled yet. */
export function connectParts(settings: Settings): ClientParts {
  const { clock } = settings
  const needsTenant = someLayerNeedsTenant(settings)
  const emitter = createEmitter()
  const tell = problemTeller(settings.logger)
  const usage = settings.telemetry && countedBy(createUsageCounter(settings.telemetry), settings)
  const { compose, composeOfRequest } = composers(settings, tell, usage?.counter)
  const backup =
    settings.backup && createBackup(settings.backup, { ...settings, random: Math.random, emitter })
  const documents = createDocumentStore<TenantEntry>({
    ...settings,
    random: Math.random,
    emitter,
    backup,
    scheduler: createScheduler({ ...settings, random: Math.random }),
    maxSleeping: 2 * settings.maxTenants,
    onChange: (document) => updates.documentChanged(document),
  })
  const updates = createUpdates({
    compose,
    needsTenant,
    sourceEvaluates: settings.source.evaluate !== undefined,
    hasBackup: backup !== undefined,
    holdersOf: documents.holdersOf,
  })
  const tenantless = createEntry(undefined, tenantLayers(settings, undefined))
  holdDocuments(tenantless, documents, 'known')
  const life = { isClosed: false }
  const admission = createAdmission(settings)
  const entries = createEntries(settings, tenantless, { documents, admission })
  const ports: ColdLoadPorts = {
    settings,
    entries,
    documents,
    admission,
    updates,
    emitter,
    deadlines: createDeadlines(clock),
    missing: createMissingDocuments(clock, settings.missingRecheckSeconds),
    isClosed: () => life.isClosed,
  }
  const sharedKeys = new Set(tenantless.documents.map(({ key }) => key))
  const isShared: Parameters<typeof logProblems>[0]['isShared'] = (id) => sharedKeys.has(documentKey(id))
  return {
    ...ports,
    needsTenant,
    tenantless,
    load: coldLoads(ports),
    views: createViews({ settings, emitter, compose: composeOfRequest, tell }),
    watch: createWatching({
      emitter,
      decisions: settings.telemetry?.decisions ?? DEFAULT_DECISIONS,
      isStale: documents.isStale,
    }),
    problems: logProblems({ emitter, clock, tell, isShared }),
    fallback: fallbackOf(settings, usage),
    backup,
    usage,
    life,
  }
}

/** `composeOfRequest` caches nothing: its results belong to one request. */
function composers(
  settings: Settings,
  tell: TellProblem,
  usage: UsageCounter | undefined,
): { readonly compose: Compose; readonly composeOfRequest: Compose } {
  const isProduction = process.env['NODE_ENV'] === 'production'
  const warnings = flagWarnings((code, text) => tell('warn', code, text), isProduction)
  const merge = mergeBase(settings)
  return {
    compose: interning(createCompose({ ...settings, warnings, usage, mergeBase: mergingOnce(merge) })),
    composeOfRequest: createCompose({ ...settings, warnings, usage, mergeBase: merge }),
  }
}

function createEntries(
  settings: Settings,
  tenantless: TenantEntry,
  { documents, admission }: Pick<ColdLoadPorts, 'documents' | 'admission'>,
): TenantEntries {
  return createTenantEntries({
    ...settings,
    tenantless,
    onEvict(entry) {
      if (isServed(entry) && entry.tenant) admission.noteServed(entry.tenant.id, hasOwn(entry))
      if (entry.waiting === 0) releaseDocuments(entry, documents)
    },
  })
}

/** The counts of requests without a configuration. */
function countedBy(counter: UsageCounter, settings: Settings): CountedBy {
  const versions = sharedLayers(settings).map(({ document }) => ({ document, version: NO_VERSION }))
  return { counter, counts: counter.countsOf(versions) }
}

function fallbackOf(
  { defaults, onUnavailable }: Settings,
  usage: CountedBy | undefined,
): JsonObject | undefined {
  if (defaults === undefined || onUnavailable !== 'defaults') return undefined
  const fallback = { ...defaults }
  noteOn(fallback, { layers: [], isFallback: true, warnings: undefined, usage })
  return Object.freeze(fallback)
}
