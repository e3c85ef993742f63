/**
 * The options of an adapter: core's, and those that concern requests.
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

/** Options that concern requests: the tenant, the context, and which requests need no configuration. */
export interface RequestOptions<Request> {
  /**
   * The tenant of a request; `null` for a request without one. Without this option, the tenant id is in the
   * header that `APPCONFIG_TENANT_HEADER` names; without that, too, every request gets the layers that need
   * no tenant, and layers that need one are an {@link OptionsError}. What it throws goes to the framework's
   * error handling; a promise that is not settled after `resolveTimeoutMs` is `RESOLVER_TIMEOUT` (503).
   */
  readonly tenant?: (request: Request) => ResolvedTenant | Promise<ResolvedTenant>
  /** What rules of variants may use besides the tenant. It may throw, and take as long, as `tenant` may. */
  readonly context?: (request: Request) => Context | Promise<Context>
  /**
   * Whether a request needs no configuration, e.g. a health check: it passes without one. Only `true` skips;
   * it must be synchronous.
   */
  readonly skip?: (request: Request) => boolean
}

/** The options of an adapter: core's, or a client made before, and those that concern requests. */
export type AdapterOptions<
  Request,
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
> = RequestOptions<Request> &
  (
    | AppConfigOptions<Schema>
    | {
        /** A client made before, in place of the options of one. */
        readonly client: AppConfigClient<ConfigOf<Schema>>
      }
  )

const REQUEST_OPTIONS: Record<keyof RequestOptions<unknown> | 'client', true> = {
  tenant: true,
  context: true,
  skip: true,
  client: true,
}

/**
 * Splits the options of an adapter into a client, made unless one is given, and the options that concern
 * requests.
 *
 * @param of the function that got the options, for errors.
 * @param others names of options the adapter has taken out before.
 * @throws {OptionsError} `OPTIONS_INVALID`, e.g. for an unknown option, or a client beside options of one.
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
