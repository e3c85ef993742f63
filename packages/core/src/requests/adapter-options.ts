/**
 * The options of an adapter: core's, and what concerns requests.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { AppConfigClient } from '../client/app-config-client.ts'
import { createAppConfig } from '../client/create-app-config.ts'
import type { ResolveOptions } from '../client/resolve-options.ts'
import { OptionsError, quoted } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import type { AppConfigOptions } from '../options/options.ts'
import { OPTION_NAMES } from '../options/parse-options.ts'
import type { ConfigOf } from '../types.ts'
import type { ResolvedTenant } from './ask.ts'

type Context = NonNullable<ResolveOptions['context']>

export interface RequestOptions<Request> {
  /**
   * Whose request this is. Without it, nobody's: every request gets the layers that need no tenant.
   * What it throws goes to the framework's error handling; after `resolveTimeoutMs` it is given up (503).
   */
  readonly tenant?: (request: Request) => ResolvedTenant | Promise<ResolvedTenant>
  /** What rules of variants may look at besides the tenant. May fail and take as long as `tenant`. */
  readonly context?: (request: Request) => Context | Promise<Context>
  /** Requests that need no configuration, e.g. health checks: they pass whatever happens. Only `true` skips. */
  readonly skip?: (request: Request) => boolean
}

/** An adapter's options: core's, or a client made before, plus what concerns requests. */
export type AdapterOptions<
  Request,
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
> = RequestOptions<Request> &
  (AppConfigOptions<Schema> | { readonly client: AppConfigClient<ConfigOf<Schema>> })

const REQUEST_OPTIONS: Record<keyof RequestOptions<unknown> | 'client', true> = {
  tenant: true,
  context: true,
  skip: true,
  client: true,
}

/**
 * An adapter's options as a client, made unless there is one, and what concerns requests.
 *
 * @param of what the options are given to, for errors.
 * @param others options the adapter has taken out before.
 * @throws {OptionsError} for wrong options.
 */
export function splitOptions<Request, Schema extends StandardSchemaV1 | undefined>(
  options: AdapterOptions<Request, Schema>,
  of: string = 'appConfig()',
  others: readonly string[] = [],
): RequestOptions<Request> & { readonly client: AppConfigClient<ConfigOf<Schema>> } {
  refuseUnknownOptions(of, options, [...Object.keys(REQUEST_OPTIONS), ...others, ...OPTION_NAMES])
  const {
    tenant,
    context,
    skip,
    client: given,
    ...core
  } = options as RequestOptions<Request> &
    AppConfigOptions<Schema> & { client?: AppConfigClient<ConfigOf<Schema>> }
  for (const [name, value] of Object.entries({ tenant, context, skip })) {
    if (value !== undefined && typeof value !== 'function') {
      throw new OptionsError(
        'OPTIONS_INVALID',
        `${name} must be a function of the request, got ${quoted(value)}`,
      )
    }
  }
  const requests = { ...(tenant && { tenant }), ...(context && { context }), ...(skip && { skip }) }
  if (given && Object.keys(core).length > 0) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `a client and options of one are both given (${Object.keys(core).join(', ')}). Give one or the other`,
    )
  }
  return { ...requests, client: given ?? createAppConfig(core as AppConfigOptions<Schema>) }
}
