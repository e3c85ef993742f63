/**
 * The options of OFREP's handlers.
 *
 * @module
 */
import { OptionsError, quoted } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import { RESERVED_KEYS } from '../rules/facts.ts'

/** What may be asked for, and by how many at once. */
export interface OfrepOptions {
  /**
   * The flags that may leave the server, each by its name, or by a path such as `checkout.limit` to an attribute of one.
   * All others are answered as flags that do not exist.
   */
  readonly expose: readonly string[]
  /**
   * What rules may use of the context that a page sends. Anybody can send anything there, so a rule on such a key decides
   * for whoever asks nicely. The tenant's own attributes and the option `context` win over it.
   *
   * @default none: rules see the tenant and the option `context`, and nothing that a page says
   */
  readonly contextKeys?: readonly string[]
  /**
   * Whether answers name the application, environment, profile and version that a flag is from.
   *
   * @default false
   */
  readonly metadata?: boolean
  /**
   * The path, as pages see it, below which `/ofrep/v1/…` is. Needed for `firstPaint`, whose page is somewhere else, where
   * a proxy takes a part of the path away, and in Koa and Hono, which do not say what a handler is mounted at.
   *
   * @default what stands before it in a request's path; '' for `firstPaint`
   */
  readonly basePath?: string
  /** The most bytes a question may have. @default 16384 */
  readonly maxBodyBytes?: number
  /** The stream that tells a page to ask again; `false`: none, pages poll. */
  readonly changeStream?: ChangeStreamOptions | false
}

/** Limits of the streams of this process. */
export interface ChangeStreamOptions {
  /** The most open at once; the next is answered 503 with `Retry-After`. @default 1000 */
  readonly maxStreams?: number
  /** The most open at once of one tenant; the next is answered 429 with `Retry-After`. @default 250 */
  readonly maxStreamsPerTenant?: number
  /** How often a stream says that it lives, so that proxies leave it open. @default 25 */
  readonly heartbeatSeconds?: number
  /**
   * How long a stream may be open: then the page connects anew, and is authenticated anew. @default 3600
   */
  readonly maxStreamSeconds?: number
  /**
   * When a page is told of a change once more. Its question may reach a process that has not polled yet, whose answer is
   * the old one. 0: never.
   *
   * @default 75: AppConfig's usual poll interval and its jitter
   */
  readonly repeatAfterSeconds?: number
  /** How long a page in the background keeps its stream. @default 120 */
  readonly inactivityDelaySeconds?: number
}

/** The options, complete. */
export interface OfrepSettings {
  readonly expose: readonly string[]
  readonly contextKeys: readonly string[]
  readonly hasMetadata: boolean
  readonly basePath: string | undefined
  readonly maxBodyBytes: number
  readonly changeStream: Required<ChangeStreamOptions> | undefined
}

const NAMES = ['expose', 'contextKeys', 'metadata', 'basePath', 'maxBodyBytes', 'changeStream'] as const

const STREAM_DEFAULTS: Required<ChangeStreamOptions> = {
  maxStreams: 1000,
  maxStreamsPerTenant: 250,
  heartbeatSeconds: 25,
  maxStreamSeconds: 3600,
  repeatAfterSeconds: 75,
  inactivityDelaySeconds: 120,
}

/**
 * @param others names of options that the adapter has taken out before.
 * @throws {OptionsError} `OPTIONS_INVALID`, also without `expose`.
 */
export function readOfrepOptions(options: OfrepOptions, others: readonly string[] = []): OfrepSettings {
  refuseUnknownOptions('ofrep() behind the client', options, [...NAMES, ...others])
  const {
    expose,
    contextKeys = [],
    metadata = false,
    basePath,
    maxBodyBytes = 16_384,
    changeStream,
  } = options
  if (typeof metadata !== 'boolean') throw notA('boolean', 'metadata', metadata)
  if (basePath !== undefined && (typeof basePath !== 'string' || !BASE_PATH.test(basePath)))
    throw notA("path such as '/api', without a slash at its end", 'basePath', basePath)
  return {
    expose: readExpose(expose),
    contextKeys: readContextKeys(contextKeys),
    hasMetadata: metadata,
    basePath,
    maxBodyBytes: wholeNumber('maxBodyBytes', maxBodyBytes, 2),
    changeStream: changeStream === false ? undefined : readChangeStream(changeStream ?? {}),
  }
}

const BASE_PATH = /^(?:\/[^/?#\s]+)*$/

function readExpose(expose: unknown): readonly string[] {
  if (!Array.isArray(expose) || expose.length === 0 || !expose.every(isName))
    throw new OptionsError(
      'OPTIONS_INVALID',
      `ofrep() needs the names of the flags that may leave the server: { expose: ['featureA'] }. Got ${
        Array.isArray(expose)
          ? `a list with ${quoted(expose.find((name) => !isName(name)) ?? 'nothing in it')}`
          : quoted(expose)
      }`,
    )
  const pattern = expose.find((name) => name.includes('*'))
  if (pattern !== undefined)
    throw new OptionsError(
      'OPTIONS_INVALID',
      `expose has no patterns, got ${quoted(pattern)}: a flag that is added later must not leave the server by itself. Name each`,
    )
  return [...new Set<string>(expose)]
}

function readContextKeys(keys: unknown): readonly string[] {
  if (!Array.isArray(keys) || !keys.every(isName)) throw notA('list of names', 'contextKeys', keys)
  const reserved = keys.find((key) => RESERVED_KEYS.includes(key) || key === '__proto__')
  if (reserved !== undefined)
    throw new OptionsError(
      'OPTIONS_INVALID',
      `contextKeys holds ${quoted(reserved)}, which says who the tenant is and comes from the tenant alone. Leave it out`,
    )
  return keys
}

function readChangeStream(given: ChangeStreamOptions): Required<ChangeStreamOptions> {
  refuseUnknownOptions('changeStream', given, Object.keys(STREAM_DEFAULTS))
  const read: Record<string, number> = {}
  for (const [name, byDefault] of Object.entries(STREAM_DEFAULTS))
    read[name] = wholeNumber(
      `changeStream.${name}`,
      given[name as keyof ChangeStreamOptions] ?? byDefault,
      name === 'repeatAfterSeconds' ? 0 : 1,
    )
  return read as unknown as Required<ChangeStreamOptions>
}

function wholeNumber(name: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw notA(`whole number from ${least} up`, name, value)
  return value as number
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== ''
}

function notA(what: string, name: string, got: unknown): OptionsError {
  return new OptionsError('OPTIONS_INVALID', `${name} must be a ${what}, got ${quoted(got)}`)
}
