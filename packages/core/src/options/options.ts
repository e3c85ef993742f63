/**
 * The options of a client, as they are given and as they are used.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Clock } from '../clock.ts'
import type { JsonObject } from '../json.ts'
import type { LayerSpec } from '../layers/layer.ts'
import type { LayerPlan } from '../layers/tenant-layers.ts'
import type { Logger } from '../logger.ts'
import type { SplitHash } from '../rules/split.ts'
import type { CheckConfig } from '../snapshots/check-schema.ts'
import type { Source } from '../sources/source.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What {@link createAppConfig} takes. What is left out comes from the environment variables. */
export interface AppConfigOptions<
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
> {
  /** The AppConfig application, by name or id. */
  readonly application?: string
  /** The AppConfig environment, or the cell a tenant lives in. */
  readonly environment?: string | ((tenant: Tenant) => string)
  /** Configuration profiles, lowest first. Functions must be pure. */
  readonly layers?: readonly LayerSpec[]
  /** Where documents come from: `direct()`, `files()`, `memory()` or your own. */
  readonly source?: Source
  /** Judges every merged configuration before it is served; its type is the configuration's. */
  readonly schema?: Schema
  /** The lowest layer of all. */
  readonly defaults?: object
  /**
   * When there is no configuration at all, not even an old one: `reject` answers the request with an
   * error (503, `Retry-After`); `defaults` serves `defaults`, which must pass the schema.
   *
   * @default 'reject'
   */
  readonly onUnavailable?: 'reject' | 'defaults'
  /** @default /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/ */
  readonly tenantIdPattern?: RegExp
  /** Asked when a tenant is first seen, or was long idle. A `false` is remembered for a while. */
  readonly isKnownTenant?: (tenant: Tenant) => boolean | Promise<boolean>
  /**
   * Lets `currentConfig()` find the request's configuration anywhere below it. docs/async-context.md
   * says what that costs.
   *
   * @default false
   */
  readonly asyncContext?: boolean
  /** How long a request may wait for a cold tenant, and for `tenant` and `context`, each. @default 2000 */
  readonly resolveTimeoutMs?: number
  /** When `start()` gives up. @default 10_000 */
  readonly startTimeoutMs?: number
  /** Tenants kept warm; the least recently used goes first. @default 10_000 */
  readonly maxTenants?: number
  /** A tenant without a request for so long is dropped, and its own documents with it. @default 900 */
  readonly idleTimeoutSeconds?: number
  /** Tenants never served before, a second, before they are told to come back. @default 50 */
  readonly maxNewTenantsPerSecond?: number
  /** Calls for tenants' own documents, a second. Shared documents don't count. @default 100 */
  readonly maxRequestsPerSecond?: number
  /** The largest document to accept. @default 4_194_304 */
  readonly maxDocumentBytes?: number
  /** When to look again for what did not exist: documents and tenants. @default 300 */
  readonly missingRecheckSeconds?: number
  /**
   * Where a value falls in a `split` rule, from 0 up to 1.
   *
   * @default {@link murmur3Split}, which is not the Agent's
   */
  readonly split?: SplitHash
  /**
   * Where problems are told, each once when it begins and once when it is over: a document that was rejected, or
   * can't be asked for; a start that failed. Texts hold no configuration values. `false` tells nothing.
   *
   * @default warnings of the process (`process.emitWarning`); in Nest, its Logger
   */
  readonly logger?: Logger | false
  /** @default the real one */
  readonly clock?: Clock
}

/** The same, complete. */
export interface Settings extends LayerPlan {
  readonly source: Source
  readonly check: CheckConfig
  readonly defaults: JsonObject | undefined
  readonly onUnavailable: 'reject' | 'defaults'
  readonly tenantIdPattern: RegExp
  readonly isKnownTenant: ((tenant: Tenant) => boolean | Promise<boolean>) | undefined
  readonly asyncContext: boolean
  readonly resolveTimeoutMs: number
  readonly startTimeoutMs: number
  readonly maxTenants: number
  readonly idleTimeoutSeconds: number
  readonly maxNewTenantsPerSecond: number
  readonly maxRequestsPerSecond: number
  readonly maxDocumentBytes: number
  readonly missingRecheckSeconds: number
  readonly split: SplitHash
  readonly logger: Logger | false | undefined
  readonly clock: Clock
}

/** What must be known by now, from the options or from the environment variables. */
export type CompleteOptions = AppConfigOptions &
  Required<Pick<AppConfigOptions, 'application' | 'environment' | 'layers' | 'source'>>
