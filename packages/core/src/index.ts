/**
 * The API for applications: the client, sources, layers, flags.
 *
 * Writing an adapter for another framework? See `@appconfig-kit/core/adapter`. A tool for flags? See
 * `@appconfig-kit/core/rules` and `@appconfig-kit/core/documents`. Writing tests? See
 * `@appconfig-kit/core/testing` and {@link memory}.
 *
 * @module
 */
export type { BackupOptions, BackupStore } from './backup/options.ts'
export type { AppConfigClient } from './client/app-config-client.ts'
export { createAppConfig } from './client/create-app-config.ts'
export type { Health } from './client/health.ts'
export type { InspectedLayer, Inspection, InspectOptions } from './client/inspection.ts'
export type { ResolveOptions } from './client/resolve-options.ts'
export { type Clock, systemClock } from './clock.ts'
export type { LayerVersion } from './config-notes.ts'
export { decisionAttributes } from './decisions/decision-attributes.ts'
export type { DecisionReason, FlagDecision } from './decisions/flag-decision.ts'
export {
  type LoggerLike,
  type LogValue,
  type ObserveDecisionsOptions,
  observeDecisions,
  type SpanLike,
} from './decisions/observe-decisions.ts'
export type { DecisionOptions } from './decisions/options.ts'
export type { DocumentHealth, DocumentVersion } from './documents/version.ts'
export { type DynamicConfig, type DynamicConfigOptions, dynamicConfig } from './dynamic-config.ts'
export {
  AppConfigError,
  BackupError,
  DocumentError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  isAppConfigError,
  OptionsError,
  SourceError,
  TenantError,
  UnavailableError,
  WiringError,
} from './errors.ts'
export {
  type CostOptions,
  type CostPrices,
  type CostQuotas,
  type Costs,
  estimateCosts,
} from './estimate-costs.ts'
export type { AppConfigEvents, EventName } from './events.ts'
export { evaluateFlags } from './flags/evaluate-flags.ts'
export type { IsEnabledOptions } from './flags/flag.ts'
export { isEnabled } from './flags/is-enabled.ts'
export { variantOf } from './flags/variant-of.ts'
export type { JsonObject, JsonValue } from './json.ts'
export {
  type Layer,
  type LayerFunction,
  type LayerObject,
  type LayerOptions,
  type LayerSpec,
  layer,
} from './layers/layer.ts'
export type { Logger } from './logger.ts'
export type { AppConfigOptions } from './options/options.ts'
export type { FlagOverrides, OverrideOptions, OverrideRefusal } from './overrides/options.ts'
export { type SignOverrideOptions, signOverride } from './overrides/override-token.ts'
export { publicConfig } from './public-config.ts'
export type { Problem, ProblemCode } from './reading/problem.ts'
export type { RequestOptions } from './requests/adapter-options.ts'
export type { ResolvedTenant } from './requests/ask.ts'
export { currentConfig, tryCurrentConfig, withConfig } from './requests/async-context.ts'
export {
  type PathOptions,
  type RequestLike,
  type ResolverOptions,
  type SubdomainOptions,
  type TenantResolver,
  type TrustedHeaderOptions,
  tenantFromHeader,
  tenantFromPath,
  tenantFromSubdomain,
} from './requests/tenant-resolvers.ts'
export type { RuleContext } from './rules/facts.ts'
export { murmur3Split, SPLIT_HASH, type SplitHash } from './rules/split.ts'
export { scriptJson } from './script-json.ts'
export { differencesOf } from './shadow/differences.ts'
export type { ShadowOptions } from './shadow/options.ts'
export type { ShadowAnswer } from './shadow/shadow-answer.ts'
export { isFallback, versionOf } from './snapshots/provenance.ts'
export { type AgentOptions, agent } from './sources/agent.ts'
export { type DirectOptions, direct } from './sources/direct/direct.ts'
export { type FilesOptions, files } from './sources/files.ts'
export { type MemoryDocument, type MemorySource, memory, type PublishOptions } from './sources/memory.ts'
export type {
  DocumentId,
  FlagsAnswer,
  FlagsAsked,
  PollResult,
  Session,
  SessionOptions,
  Source,
} from './sources/source.ts'
export { DEFAULT_TENANT_ID_PATTERN, type Tenant } from './tenants/tenant.ts'
export type { ConfigOf, DeepReadonly, FlagKey, RegisteredConfig, VariantName } from './types.ts'
export { countEvent } from './usage/count-event.ts'
export { type EmfOptions, emfLines } from './usage/emf-lines.ts'
export {
  type MeterLike,
  type ObservableLike,
  type ObserveCallback,
  observeUsage,
} from './usage/observe-usage.ts'
export type { TelemetryOptions } from './usage/options.ts'
export { sideAttributes } from './usage/side-attributes.ts'
export { spanAttributes } from './usage/span-attributes.ts'
export type { FlagSides, SideUsage, Usage } from './usage/usage.ts'
export type { RequestContext } from './views/context.ts'
