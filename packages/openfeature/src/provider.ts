/**
 * The provider: OpenFeature's questions, answered from the configuration of the request that asks.
 *
 * @module
 */
import {
  type AppConfigClient,
  isAppConfigError,
  type JsonValue,
  type RegisteredConfig,
  type Tenant,
} from '@appconfig-kit/core'
import {
  currentScope,
  LOOK,
  noteDecision,
  notesSeen,
  quoted,
  reasonSeen,
  refuseUnknownOptions,
  requestSeen,
  type Seen,
  seenWith,
  WATCH,
} from '@appconfig-kit/core/adapter'
import { answerFor, type FlagMetadata, type FlagType, metadataOf, topKeyOf } from '@appconfig-kit/core/ofrep'
import {
  type EvaluationContext,
  FlagNotFoundError,
  GeneralError,
  OpenFeatureEventEmitter,
  type JsonValue as OpenFeatureJson,
  type Provider,
  ProviderNotReadyError,
  type ResolutionDetails,
  TypeMismatchError,
} from '@openfeature/server-sdk'
import { type Following, followClient, keyOf } from './follow-client.ts'
import { type Attributes, attributesOf, requestOf } from './request-context.ts'

/** Options of {@link appConfigProvider}. */
export interface AppConfigProviderOptions {
  /**
   * Whose flags are answered outside of requests, as in jobs: a tenant, its id, or `null` for the layers that need no
   * tenant. Inside a request it is never used.
   *
   * @default none: a question outside of a request is an error, and the caller's default stands in
   */
  readonly tenant?: Tenant | string | null
}

/**
 * Makes a provider over a client, which stays yours: closing the provider does not close it.
 *
 * The tenant is the request's, by async context (the client's option `asyncContext`), `withConfig` or
 * {@link requestContext}. Nothing in an evaluation context can name another.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for unknown options.
 * @example
 * await OpenFeature.setProviderAndWait(appConfigProvider(client))
 */
export function appConfigProvider<Config = RegisteredConfig>(
  client: AppConfigClient<Config>,
  options: AppConfigProviderOptions = {},
): AppConfigProvider {
  refuseUnknownOptions('appConfigProvider() behind the client', options, ['tenant'])
  return new AppConfigProvider(client as AppConfigClient<unknown>, options)
}

/** See {@link appConfigProvider}. */
export class AppConfigProvider implements Provider {
  readonly metadata: { readonly name: string } = { name: 'appconfig-kit' }
  readonly runsOn = 'server'
  readonly events: OpenFeatureEventEmitter = new OpenFeatureEventEmitter()
  readonly #client: AppConfigClient<unknown>
  readonly #tenant: Tenant | string | null | undefined
  /** Documents that were seen to be used by sections: their keys are no flags. */
  readonly #sectioned: Set<string> = new Set()
  /** By what is known of a configuration, then by key: the same for all requests it serves. */
  readonly #metadata: WeakMap<object, Map<string, FlagMetadata>> = new WeakMap()
  #following: Following | undefined

  /** @internal */
  constructor(client: AppConfigClient<unknown>, { tenant }: AppConfigProviderOptions) {
    this.#client = client
    this.#tenant = tenant
  }

  /** Loads what needs no tenant. Called by the SDK; after a failure the client goes on, and READY follows. */
  async initialize(): Promise<void> {
    this.#following?.stop()
    const following = followClient(this.#client as AppConfigClient, this.events, (document) =>
      this.#sectioned.has(keyOf(document)),
    )
    this.#following = following
    try {
      await this.#client.start({ keepsProcessAlive: false })
      following.started(true)
    } catch (error) {
      following.started(false)
      throw new ProviderNotReadyError(textOf(error), { cause: error })
    }
  }

  /** Stops listening to the client. Called by the SDK; may be called again, and so may `initialize`. */
  async onClose(): Promise<void> {
    this.#following?.stop()
    this.#following = undefined
  }

  /** A plain boolean, whether a flag is on, or its attribute `value`. */
  resolveBooleanEvaluation(
    key: string,
    fallback: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve('boolean', key, fallback, context)
  }

  /** A text, or a flag's attribute `value`. */
  resolveStringEvaluation(
    key: string,
    fallback: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve('string', key, fallback, context)
  }

  /** A number, or a flag's attribute `value`. */
  resolveNumberEvaluation(
    key: string,
    fallback: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#resolve('number', key, fallback, context)
  }

  /** An object or a list; of a flag, its attribute `value`, else its attributes. */
  resolveObjectEvaluation<Value extends OpenFeatureJson>(
    key: string,
    fallback: Value,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<Value>> {
    return this.#resolve('object', key, fallback, context)
  }

  async #resolve<Value>(
    type: FlagType,
    key: string,
    fallback: Value,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<Value>> {
    const seen = await this.#seenBy(context)
    const top = topKeyOf(seen, key)
    noteDecision(seen, top)
    const answer = answerFor(seen, key, type)
    if (answer.kind === 'absent')
      throw new FlagNotFoundError(`there is no ${quoted(key)} in the configuration`)
    if (answer.kind === 'mismatch')
      throw new TypeMismatchError(`${quoted(key)} is of the type ${answer.held}, and ${type} was asked for`)
    const flagMetadata = this.#provenance(seen, top)
    const variant = answer.variant === undefined ? {} : { variant: answer.variant }
    if (answer.kind === 'disabled') return { value: fallback, reason: 'DISABLED', ...variant, flagMetadata }
    // Its type was compared with the one that was asked for.
    return { value: answer.value as Value, reason: this.#reason(seen, top), ...variant, flagMetadata }
  }

  async #seenBy(context: EvaluationContext): Promise<Seen> {
    const more = attributesOf(context)
    try {
      const own = this.#requestSees(context)
      if (own !== undefined) return more ? seenWith(own, more) : own
      if (this.#tenant !== undefined) return await this.#tenantSees(this.#tenant, more ?? {})
    } catch (error) {
      const code = isAppConfigError(error) ? error.code : undefined
      if (code === 'CONFIG_UNAVAILABLE' || code === 'CLIENT_CLOSED')
        throw new ProviderNotReadyError(textOf(error), { cause: error })
      throw new GeneralError(textOf(error), { cause: error })
    }
    throw new GeneralError(
      'a flag was asked for outside of a request. Switch on the option asyncContext, give requestContext(req), wrap jobs in withConfig(config, work), or give appConfigProvider the option tenant',
    )
  }

  /** Undefined outside of a request of this client. */
  #requestSees(context: EvaluationContext): Seen | undefined {
    const request = requestOf(context)
    if (request !== undefined) return requestSeen(request, 'an OpenFeature client')
    const scope = currentScope()
    // What another client configures has other flags.
    if (scope === undefined || (scope.client !== undefined && scope.client !== this.#client)) return undefined
    const seen = scope.client === undefined ? (scope.config as Seen | undefined) : scope.seen
    if (seen === undefined)
      throw new GeneralError('a flag was asked for before the tenant of the request was known')
    return seen
  }

  async #tenantSees(tenant: Tenant | string | null, context: Attributes): Promise<Seen> {
    const look = () => this.#client[LOOK]?.(tenant, { context })
    // Loaded if it is cold; looked at again, since that tells how variants were chosen.
    const seen =
      look() ?? ((loaded) => look() ?? loaded)((await this.#client.resolve(tenant, { context })) as JsonValue)
    return this.#client[WATCH]?.(seen, typeof tenant === 'object' ? tenant?.id : tenant) ?? seen
  }

  #reason(seen: Seen, key: string): string {
    const following = this.#following
    return reasonSeen(seen, key, following?.isAnyStale ? following.isStale : undefined).toUpperCase()
  }

  #provenance(seen: Seen, key: string): FlagMetadata {
    const notes = notesSeen(seen)
    if (notes === undefined) return {}
    if (notes.isFallback) return { isFallback: true }
    if (notes.overridden?.has(key)) return { layer: 'override' }
    let known = this.#metadata.get(notes)
    if (known === undefined) {
      for (const layer of notes.layers) if (layer.section !== undefined) this.#sectioned.add(keyOf(layer))
      known = new Map()
      this.#metadata.set(notes, known)
    }
    const flagMetadata = known.get(key) ?? metadataOf(notes.originOf?.(key))
    known.set(key, flagMetadata)
    return flagMetadata
  }
}

/** The text for developers: some errors have another for API clients. */
function textOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (isAppConfigError(error) && error.expose && cause instanceof Error) return cause.message
  return error instanceof Error ? error.message : 'the client failed'
}
