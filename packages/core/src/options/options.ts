/**
 * The options of a client, as given and as completed.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { BackupOptions, BackupSettings } from '../backup/options.ts'
import type { Clock } from '../clock.ts'
import type { JsonObject } from '../json.ts'
import type { LayerSpec } from '../layers/layer.ts'
import type { LayerPlan } from '../layers/tenant-layers.ts'
import type { Logger } from '../logger.ts'
import type { OverrideOptions, OverrideSettings } from '../overrides/options.ts'
import type { SplitHash } from '../rules/split.ts'
import type { CheckConfig } from '../snapshots/check-schema.ts'
import type { Source } from '../sources/source.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { TelemetryOptions, TelemetrySettings } from '../usage/options.ts'

/**
 * Options of {@link createAppConfig}. Missing ones come from environment variables: see
 * docs/getting-started.md.
 */
export interface AppConfigOptions<
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
> {
  /** The AppConfig application, by name or id. */
  readonly application?: string
  /** The AppConfig environment, by name or id; a function gives each tenant the one of its cell. */
  readonly environment?: string | ((tenant: Tenant) => string)
  /** Layers, lowest first: configuration profiles, or pure functions from a tenant to one. */
  readonly layers?: readonly LayerSpec[]
  /** The source of documents: `direct()`, `agent()`, `files()`, `memory()` or your own. */
  readonly source?: Source
  /**
   * A schema of any Standard Schema library, synchronous. It validates each merged configuration before that
   * is served, and its input type is the configuration's type.
   *
   * @default no validation
   */
  readonly schema?: Schema
  /** The lowest layer, below all documents. @default none */
  readonly defaults?: object
  /**
   * The answer while there is no configuration, not even an old one: `reject` answers with an error (503,
   * `Retry-After`); `defaults` serves `defaults`, which must pass the schema.
   *
   * @default 'reject'
   */
  readonly onUnavailable?: 'reject' | 'defaults'
  /** What a tenant id looks like; any other is refused with 400. @default /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/ */
  readonly tenantIdPattern?: RegExp
  /**
   * Whether a tenant exists; asked for each cold tenant, within `resolveTimeoutMs`. A `false` is remembered
   * for `missingRecheckSeconds`.
   *
   * @default tenants are known by their documents
   */
  readonly isKnownTenant?: (tenant: Tenant) => boolean | Promise<boolean>
  /**
   * Whether `currentConfig()` works in everything a request calls, by async context. For its costs see
   * docs/async-context.md.
   *
   * @default false
   */
  readonly asyncContext?: boolean
  /**
   * When documents are polled. `interval`: by timers, whenever a poll is due. `onRequest`: by the first request after
   * a poll is due, which waits for the answer for at most `resolveTimeoutMs` and then gets what was served before;
   * nothing runs between requests. For AWS Lambda and whatever else stands still between requests: see docs/lambda.md.
   *
   * @default 'interval'
   */
  readonly refresh?: 'interval' | 'onRequest'
  /**
   * Milliseconds a request may wait for a cold tenant, for `tenant` and for `context`, each.
   *
   * @default 2000
   */
  readonly resolveTimeoutMs?: number
  /** Milliseconds after which `start()` gives up. @default 10_000 */
  readonly startTimeoutMs?: number
  /**
   * The number of tenants in the cache. Evicted first are those that may be made up: they have no layer of their own,
   * and `isKnownTenant` did not confirm them. Among equals the least recently used goes first.
   *
   * @default 10_000
   */
  readonly maxTenants?: number
  /**
   * Seconds without a request after which a tenant is evicted, and its own documents are no longer polled. Without
   * meaning where `refresh` is `onRequest`: nothing is polled for it.
   * @default 900
   */
  readonly idleTimeoutSeconds?: number
  /**
   * Rate limit for first requests of unknown tenants, per second; above it they get 503 with `Retry-After`.
   * @default 50
   */
  readonly maxNewTenantsPerSecond?: number
  /** Rate limit for calls for tenants' documents, per second. Shared documents do not count. @default 100 */
  readonly maxRequestsPerSecond?: number
  /** The largest document to accept, in bytes. @default 4_194_304 */
  readonly maxDocumentBytes?: number
  /** TTL of "not found", in seconds, for documents and tenants. @default 300 */
  readonly missingRecheckSeconds?: number
  /**
   * Where the last known good is kept for a restart without AppConfig, e.g. `{ directory: './backup' }`; see
   * docs/backup.md.
   *
   * @default it is not kept
   */
  readonly backup?: BackupOptions
  /**
   * Counts requests by the versions that configured them, for {@link AppConfigClient.usage}; see docs/telemetry.md.
   *
   * @default nothing is counted
   */
  readonly telemetry?: TelemetryOptions
  /**
   * Lets testers see flags otherwise than they are set, by a signed header or cookie; see docs/overrides.md.
   *
   * @default requests are as they are configured
   */
  readonly overrides?: OverrideOptions
  /**
   * The bucketing hash of `split` rules: from 0 up to, but not including, 1.
   *
   * @default {@link murmur3Split}, which is not the Agent's
   */
  readonly split?: SplitHash
  /**
   * Where problems are logged, once when one begins and once when it is over: a rejected document, failing
   * polls, a failed start. Texts hold no configuration values. `false` logs nothing.
   *
   * @default warnings of the process (`process.emitWarning`); in Nest, its Logger
   */
  readonly logger?: Logger | false
  /** The clock of all time-outs and polls. @default the clock of the process */
  readonly clock?: Clock
}

/** The options of a client, complete and checked. */
export interface Settings extends LayerPlan {
  readonly source: Source
  readonly check: CheckConfig
  readonly defaults: JsonObject | undefined
  readonly onUnavailable: 'reject' | 'defaults'
  readonly tenantIdPattern: RegExp
  readonly isKnownTenant: ((tenant: Tenant) => boolean | Promise<boolean>) | undefined
  readonly asyncContext: boolean
  readonly refresh: 'interval' | 'onRequest'
  readonly resolveTimeoutMs: number
  readonly startTimeoutMs: number
  readonly maxTenants: number
  readonly idleTimeoutSeconds: number
  readonly maxNewTenantsPerSecond: number
  readonly maxRequestsPerSecond: number
  readonly maxDocumentBytes: number
  readonly missingRecheckSeconds: number
  readonly backup: BackupSettings | undefined
  readonly telemetry: TelemetrySettings | undefined
  readonly overrides: OverrideSettings | undefined
  readonly split: SplitHash
  readonly logger: Logger | false | undefined
  readonly clock: Clock
}

/** Options with those that must be known, from the caller or from environment variables. */
export type CompleteOptions = AppConfigOptions &
  Required<Pick<AppConfigOptions, 'application' | 'environment' | 'layers' | 'source'>>
