/**
 * Every error this project throws.
 *
 * Recognise one by its `code`, not by `instanceof`: a process may hold this code twice, once imported and
 * once required. Texts name the function or option, what it got and what to do; they never quote a
 * configuration value, a token or a tenant id: docs/security.md. An error that a client of the API caused has a text for that client: see {@link
 * AppConfigError}. Each code has an entry in docs/errors.md.
 *
 * @module
 */

import type { Problem } from './reading/problem.ts'
import { isErrorLike, isNativeError } from './realms.ts'

/** HTTP status of each code, for frameworks: their own error handling reads `error.status`. */
const STATUS_BY_CODE = {
  OPTIONS_INVALID: 500,
  SOURCE_NOT_CONFIGURED: 500,
  LAYER_NAME_INVALID: 500,
  LAYER_DUPLICATE: 500,
  MIDDLEWARE_MISSING: 500,
  CLIENT_CONFLICT: 500,
  TENANT_NOT_KNOWN_YET: 500,
  CONTEXT_MISSING: 500,
  TESTING_IN_PRODUCTION: 500,
  RUNTIME_UNSUPPORTED: 500,
  RESOLVER_FAILED: 500,
  RESOLVER_TIMEOUT: 503,
  FLAG_OFF: 404,
  CONTEXT_INVALID: 400,
  TENANT_MISSING: 400,
  TENANT_ID_INVALID: 400,
  TENANT_UNKNOWN: 404,
  TENANT_BUDGET_EXCEEDED: 503,
  CONFIG_UNAVAILABLE: 503,
  CONFIG_INVALID: 503,
  CLIENT_CLOSED: 503,
  DOCUMENT_ABSENT: 503,
  DOCUMENT_INVALID: 503,
  DOCUMENT_TOO_LARGE: 503,
  DIRECTORY_MISSING: 503,
  SOURCE_FAILED: 503,
  SOURCE_THROTTLED: 503,
  SOURCE_DENIED: 503,
  VARIANTS_UNAVAILABLE: 503,
  BACKUP_UNUSABLE: 503,
  BACKUP_NOT_WRITTEN: 503,
} as const

/**
 * Texts for the client of an API, of errors that it caused itself. They hold no names of the server's options
 * or documents.
 */
const TEXT_FOR_CLIENTS: Partial<Record<string, string>> = {
  CONTEXT_INVALID: 'the request holds a value that can not be used',
  TENANT_MISSING: 'the request names no tenant',
  TENANT_ID_INVALID: 'the tenant id is not valid',
  TENANT_UNKNOWN: 'there is no such tenant',
}

/** What went wrong; docs/errors.md has an entry for each code. */
export type ErrorCode = keyof typeof STATUS_BY_CODE

/** All error codes, for code that must handle or document each. */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(STATUS_BY_CODE) as ErrorCode[]

/** What an {@link AppConfigError} may carry besides its code and text. */
export interface ErrorDetails {
  /** The error that caused this one. */
  readonly cause?: unknown
  /** The HTTP status of the answer. @default the status of the code */
  readonly status?: number
  /** Seconds until a retry is worth while: becomes the `Retry-After` header. @default none */
  readonly retryAfterSeconds?: number
}

/**
 * The base class of all errors this project throws. Recognise one by its `code`: {@link isAppConfigError}.
 *
 * Where an error is the API client's own (`expose`), its `message` is a text for that client; what happened
 * and what to do is the message of its `cause`, for developers.
 */
export class AppConfigError extends Error {
  override readonly name: string = 'AppConfigError'
  /** What went wrong; stable across versions. */
  readonly code: ErrorCode
  readonly #problem: string
  /** The HTTP status a framework should answer with. */
  readonly status: number
  /** Whether `message` is meant for the API's client; true only for errors that the client caused. */
  readonly expose: boolean
  /** Seconds until a retry is worth while, where that is known. */
  readonly retryAfterSeconds: number | undefined
  /** Headers of the answer, such as `Retry-After`; Express and Koa send them by themselves. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, problem: string, { cause, status, retryAfterSeconds }: ErrorDetails = {}) {
    const forClients = TEXT_FOR_CLIENTS[code]
    const text = `[appconfig-kit] ${code}: ${problem}`
    const options = cause === undefined ? undefined : { cause }
    super(
      forClients === undefined ? text : `${code}: ${forClients}`,
      forClients === undefined ? options : { cause: new Error(text, options) },
    )
    this.code = code
    this.#problem = problem
    this.status = status ?? STATUS_BY_CODE[code]
    this.expose = forClients !== undefined
    this.retryAfterSeconds = retryAfterSeconds
    this.headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }
  }

  /**
   * The text for developers, without `[appconfig-kit]` and the code before it. Not enumerable: an error that
   * is answered as JSON does not tell it to the API's client.
   */
  get problem(): string {
    return this.#problem
  }
}

/** Wrong options. Thrown when a client, source or gate is made, never by a request. */
export class OptionsError extends AppConfigError {
  override readonly name = 'OptionsError'
}

/** A mistake in the application, e.g. a flag is asked for without the middleware. */
export class WiringError extends AppConfigError {
  override readonly name = 'WiringError'
}

/** The request's tenant can't be served: a bad id, an unknown one, too many new ones. */
export class TenantError extends AppConfigError {
  override readonly name = 'TenantError'
}

/** There is no configuration to answer with, not even an old one. */
export class UnavailableError extends AppConfigError {
  override readonly name = 'UnavailableError'
}

/** A document arrived and can't be used. */
export class DocumentError extends AppConfigError {
  override readonly name = 'DocumentError'
  /** All problems found in the document, in its order; empty where reading it found none. */
  readonly problems: readonly Problem[]
  /** Where the first problem stands, counted from 1, where that is known. */
  readonly line: number | undefined
  /** In UTF-16 code units, counted from 1. */
  readonly column: number | undefined

  constructor(
    code: ErrorCode,
    problem: string,
    { problems = [], ...details }: ErrorDetails & { readonly problems?: readonly Problem[] } = {},
  ) {
    super(code, problem, details)
    this.problems = problems
    this.line = problems[0]?.line
    this.column = problems[0]?.column
  }
}

/** A source could not be reached, or refused the call. */
export class SourceError extends AppConfigError {
  override readonly name = 'SourceError'
}

/** A backup can't be used, or was not written. Never thrown: a `failure` or `rejected` event carries it. */
export class BackupError extends AppConfigError {
  override readonly name = 'BackupError'
}

/** Whether `error` is one of this project's, also when another copy of this code threw it. */
export function isAppConfigError(error: unknown): error is AppConfigError {
  return isNativeError(error) && 'code' in error && Object.hasOwn(STATUS_BY_CODE, String(error.code))
}

/** The text of an error for developers, also where its message is one for clients. */
export function textForDevelopers(error: AppConfigError): string {
  return error.code in TEXT_FOR_CLIENTS && error.cause instanceof Error ? error.cause.message : error.message
}

/** `value` as it may stand in an error's text: quoted, and never long. Of a URL, the password is left out. */
export function quoted(value: unknown): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value.replace(CREDENTIALS, '//…@')) : describe(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

const CREDENTIALS = /\/\/[^/\s]*@/g

/** `value` as it may stand in an error's text, where it may be a secret or a tenant's: its kind and length. */
export function shapeOf(value: unknown): string {
  if (typeof value === 'string')
    return value === ''
      ? 'an empty text'
      : `a text of ${value.length} character${value.length === 1 ? '' : 's'}`
  if (value === null || value === undefined || typeof value === 'object') return describe(value)
  return typeof value === 'boolean' ? String(value) : `a ${typeof value}`
}

function describe(value: unknown): string {
  // Its source may hold anything.
  if (typeof value === 'function') return 'a function'
  if (value === null || value === undefined || typeof value !== 'object') return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** `thrown` as the text of an error that names it as its cause. */
export function messageOf(thrown: unknown): string {
  try {
    if (isErrorLike(thrown)) return thrown.message || thrown.name
    return typeof thrown === 'string' ? thrown : describe(thrown)
  } catch {
    return 'something that can not be read'
  }
}
