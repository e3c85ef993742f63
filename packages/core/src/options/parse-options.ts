/**
 * Parsing the options of a client: once, at construction, into one complete shape.
 *
 * All errors in options are thrown here. The caller's object is not changed.
 *
 * @module
 */
import { systemClock } from '../clock.ts'
import { OptionsError } from '../errors.ts'
import { freezeJson, isPlainObject, type JsonObject, NotJsonError } from '../json.ts'
import { isPollInterval, LAYER_OPTION_NAMES, type LayerSpec } from '../layers/layer.ts'
import { checkWrittenName } from '../layers/names.ts'
import { sharedLayers } from '../layers/tenant-layers.ts'
import { kindOf } from '../realms.ts'
import { murmur3Split } from '../rules/split.ts'
import { type CheckConfig, checkWith } from '../snapshots/check-schema.ts'
import { describeRefusal } from '../snapshots/schema-refusal.ts'
import { DEFAULT_TENANT_ID_PATTERN, type Tenant } from '../tenants/tenant.ts'
import { refuseUnknownOptions } from './known-options.ts'
import type { AppConfigOptions, CompleteOptions, Settings } from './options.ts'
import { parseBackup } from './parse-backup.ts'
import { parseOverrides } from './parse-overrides.ts'
import { parseTelemetry } from './parse-telemetry.ts'
import { refuseUnless } from './refuse-unless.ts'

const NUMBERS = {
  resolveTimeoutMs: [2000, 1],
  startTimeoutMs: [10_000, 1],
  maxTenants: [10_000, 1],
  idleTimeoutSeconds: [900, 1],
  maxNewTenantsPerSecond: [50, 1],
  maxRequestsPerSecond: [100, 1],
  maxDocumentBytes: [4_194_304, 1],
  missingRecheckSeconds: [300, 1],
} as const

const OTHERS = [
  'application',
  'environment',
  'layers',
  'source',
  'schema',
  'defaults',
  'onUnavailable',
  'tenantIdPattern',
  'isKnownTenant',
  'backup',
  'telemetry',
  'overrides',
  'split',
  'asyncContext',
  'refresh',
  'logger',
  'clock',
] as const satisfies readonly (keyof AppConfigOptions)[]

/** The names of all options; adapters have further ones. */
export const OPTION_NAMES: readonly string[] = [...OTHERS, ...Object.keys(NUMBERS)]

/**
 * Checks options and completes them with defaults.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, naming the option, what it got and what it takes.
 */
export function parseOptions(options: CompleteOptions): Settings {
  const { application, environment, layers, source, schema, onUnavailable = 'reject' } = options
  checkWrittenName('application', application)
  if (typeof environment !== 'function') checkWrittenName('environment', environment)
  checkLayers(layers)
  refuseUnless(isSource(source), 'source', 'a source such as direct(), files(…) or memory(…)', source)
  refuseUnless(
    schema === undefined || isSchema(schema),
    'schema',
    'a Standard Schema (zod, valibot, arktype …)',
    schema,
  )
  refuseUnless(
    ['reject', 'defaults'].includes(onUnavailable),
    'onUnavailable',
    "'reject' or 'defaults'",
    onUnavailable,
  )
  const {
    tenantIdPattern = DEFAULT_TENANT_ID_PATTERN,
    isKnownTenant,
    split = murmur3Split,
    clock = systemClock,
  } = options
  // A pattern with the flag g or y keeps a position: every second tenant would fail.
  refuseUnless(
    kindOf(tenantIdPattern) === 'RegExp' && !/[gy]/.test(tenantIdPattern.flags),
    'tenantIdPattern',
    'a RegExp without the flags g and y',
    tenantIdPattern,
  )
  refuseUnless(
    isKnownTenant === undefined || typeof isKnownTenant === 'function',
    'isKnownTenant',
    'a function',
    isKnownTenant,
  )
  refuseUnless(
    typeof clock?.now === 'function' && typeof clock.schedule === 'function',
    'clock',
    'a Clock',
    clock,
  )
  const { asyncContext = false, refresh = 'interval', logger } = options
  refuseUnless(isLogger(logger), 'logger', 'false, or an object with the methods warn and info', logger)
  refuseUnless(typeof asyncContext === 'boolean', 'asyncContext', 'true or false', asyncContext)
  refuseUnless(['interval', 'onRequest'].includes(refresh), 'refresh', "'interval' or 'onRequest'", refresh)
  refuseUnless(typeof split === 'function', 'split', 'a function of seed and value', split)
  const check = checkWith(schema)
  const entityOf = source.entityOf && ((tenant: Tenant) => source.entityOf?.(tenant) as string)
  const plan = { application, environment, layers: [...layers], entityOf }
  // Two shared layers of one name are wrong whatever the tenant.
  sharedLayers(plan)
  return {
    ...plan,
    source,
    check,
    defaults: parseDefaults(options.defaults, onUnavailable, check),
    onUnavailable,
    tenantIdPattern,
    isKnownTenant,
    backup: parseBackup(options.backup),
    telemetry: parseTelemetry(options.telemetry),
    overrides: parseOverrides(options.overrides),
    split,
    asyncContext,
    refresh,
    logger,
    clock,
    ...parseNumbers(options),
  }
}

function checkLayers(layers: readonly LayerSpec[]): void {
  refuseUnless(Array.isArray(layers) && layers.length > 0, 'layers', 'a list with at least one layer', layers)
  for (const [at, spec] of layers.entries()) {
    const name = `layers[${at}]`
    if (typeof spec === 'function') continue
    if (typeof spec === 'string') {
      checkWrittenName(name, spec)
      continue
    }
    refuseUnless(isPlainObject(spec), name, 'a profile name, layer(…) or a function of the tenant', spec)
    refuseUnknownOptions(name, spec, ['profile', ...LAYER_OPTION_NAMES])
    checkWrittenName(`${name}.profile`, spec.profile)
    if (spec.application !== undefined) checkWrittenName(`${name}.application`, spec.application)
    if (spec.environment !== undefined) checkWrittenName(`${name}.environment`, spec.environment)
    const { pollIntervalSeconds: seconds, section, content = 'object' } = spec
    refuseUnless(['object', 'any'].includes(content), `${name}.content`, "'object' or 'any'", content)
    refuseUnless(
      section === undefined || typeof section === 'function',
      `${name}.section`,
      'a function of the tenant',
      section,
    )
    refuseUnless(
      seconds === undefined || isPollInterval(seconds),
      `${name}.pollIntervalSeconds`,
      'a whole number from 15 to 86400: AppConfig takes no other',
      seconds,
    )
  }
}

function parseDefaults(
  defaults: object | undefined,
  onUnavailable: string,
  check: CheckConfig,
): JsonObject | undefined {
  if (defaults === undefined) {
    refuseUnless(onUnavailable !== 'defaults', 'defaults', "given when onUnavailable is 'defaults'", defaults)
    return undefined
  }
  refuseUnless(isPlainObject(defaults), 'defaults', 'an object', defaults)
  let own: JsonObject
  try {
    own = freezeJson(structuredClone(defaults) as JsonObject)
  } catch (error) {
    // An error of `structuredClone` quotes the source of a function.
    const problem =
      error instanceof NotJsonError ? error.message : 'they hold something that can not be copied'
    throw new OptionsError('OPTIONS_INVALID', `defaults: ${problem}. Give what JSON can hold`)
  }
  const issues = onUnavailable === 'defaults' ? check(own) : []
  if (issues.length > 0)
    throw new OptionsError(
      'OPTIONS_INVALID',
      `onUnavailable is 'defaults', but the configuration they are ${describeRefusal(issues, [])}`,
    )
  return own
}

function parseNumbers(options: AppConfigOptions): Record<keyof typeof NUMBERS, number> {
  const parsed: Partial<Record<keyof typeof NUMBERS, number>> = {}
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const [fallback, least] = NUMBERS[name]
    const value = options[name] ?? fallback
    refuseUnless(
      Number.isInteger(value) && value >= least,
      name,
      `a whole number of at least ${least}`,
      value,
    )
    parsed[name] = value
  }
  return parsed as Record<keyof typeof NUMBERS, number>
}

function isLogger(logger: unknown): boolean {
  if (logger === undefined || logger === false) return true
  if (typeof logger !== 'object' || logger === null || !('warn' in logger) || !('info' in logger))
    return false
  return typeof logger.warn === 'function' && typeof logger.info === 'function'
}

function isSource(source: unknown): boolean {
  return (
    typeof source === 'object' && source !== null && 'open' in source && typeof source.open === 'function'
  )
}

function isSchema(schema: unknown): boolean {
  return (
    (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema
  )
}
