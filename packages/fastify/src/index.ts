/**
 * Fastify adapter: the configuration of the tenant, on every request.
 *
 * This file decides when a request gets it (a hook of Fastify) and where Fastify code finds it
 * (`request.config`). Core decides which one, how fresh it is, and what happens without one.
 *
 * @module
 */
import {
  type AppConfigClient,
  type AppConfigOptions,
  OptionsError,
  type RegisteredConfig,
  WiringError,
} from '@appconfig-kit/core'
import {
  type AdapterOptions,
  configSeen,
  configureRequests,
  isPromise,
  quoted,
  seenOf,
} from '@appconfig-kit/core/adapter'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest, preHandlerHookHandler } from 'fastify'
import { fastifyPlugin } from 'fastify-plugin'
import { answerable } from './answerable-error.ts'

export * from '@appconfig-kit/core'
export type { GateOptions } from '@appconfig-kit/core/adapter'
export type { ChangeStreamOptions, OfrepHandlerOptions, OfrepOptions } from '@appconfig-kit/core/ofrep'
export { flagged } from './flagged.ts'
export type { Handler } from './handlers.ts'
export { type OfrepPlugin, ofrep } from './ofrep.ts'
export { requireFlag } from './require-flag.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by {@link appConfig}: frozen, and the same object for the whole request. */
    readonly config: RegisteredConfig
  }
  interface FastifyInstance {
    /** The client behind {@link appConfig}, in the context it is registered in and those below. */
    readonly appConfig: AppConfigClient
  }
}

const HOOKS = ['onRequest', 'preValidation', 'preHandler'] as const

/** Core's options, or a client made before, plus `tenant`, `context` and `skip`, functions of the request. */
export type AppConfigPluginOptions<Schema extends ConfigSchema = ConfigSchema> = AdapterOptions<
  FastifyRequest,
  Schema
> & {
  /**
   * The phase in which requests get their configuration: behind the hooks in which you authenticate.
   *
   * @default 'preHandler'
   */
  readonly hook?: (typeof HOOKS)[number]
}

type ConfigSchema = AppConfigOptions['schema']

/**
 * The plugin: puts the configuration of the request's tenant on `request.config`, in the context it is
 * registered in and those below, and its client on `app.appConfig`.
 *
 * A request never reaches your handlers without one: a bad tenant (4xx) or no configuration (503,
 * `Retry-After`) goes to Fastify's own error handling. Registering it again below, with the same client, is
 * harmless; with another it is `CLIENT_CONFLICT`. The client is closed with the application, unless it was
 * given.
 *
 * Missing options come from environment variables: see docs/getting-started.md.
 *
 * @throws {OptionsError} when the application starts, for wrong options: `OPTIONS_INVALID`,
 * `SOURCE_NOT_CONFIGURED`.
 * @example
 * app.register(appConfig, { application: 'api', environment: 'prod-01', layers: ['default', (t) => `tenant-${t.id}`],
 *   source: direct(), tenant: (request) => request.user.tenant })
 */
export const appConfig: FastifyPluginAsync<AppConfigPluginOptions> = fastifyPlugin(
  async (app: FastifyInstance, { hook = 'preHandler', ...options }: AppConfigPluginOptions) => {
    if (!HOOKS.includes(hook))
      throw new OptionsError(
        'OPTIONS_INVALID',
        `hook must be one of ${HOOKS.join(', ')}, got ${quoted(hook)}`,
      )
    const given = 'client' in options ? options.client : undefined
    if (isThere(app, given)) return
    const { client, configFor, run } = configureRequests<FastifyRequest, ConfigSchema>(options, {
      keyOf: ({ raw }) => raw,
    })
    const appConfigHook: preHandlerHookHandler = (request, reply, done) => {
      let seen: ReturnType<typeof configFor>
      try {
        seen = configFor(request, reply.raw)
      } catch (error) {
        done(answerable(error))
        return
      }
      if (isPromise(seen))
        void seen.then(
          () => run(request, done),
          (error: unknown) => done(answerable(error)),
        )
      else run(request, done)
    }
    app.decorate('appConfig', client as AppConfigClient)
    app.decorateRequest('config', { getter: configOf })
    app.addHook(hook as 'preHandler', appConfigHook)
    if (given === undefined) app.addHook('onClose', () => client.close())
  },
  { name: '@appconfig-kit/fastify', fastify: '5.x' },
)

function configOf(this: FastifyRequest): RegisteredConfig {
  const seen = seenOf(this.raw)
  return (seen === undefined ? undefined : configSeen(seen)) as RegisteredConfig
}

/**
 * Whether the plugin has been registered with the same client in this context or above.
 *
 * @throws {WiringError} `CLIENT_CONFLICT` if it has been with another.
 */
function isThere(app: FastifyInstance, client: unknown): boolean {
  if (!app.hasDecorator('appConfig')) return false
  if (app.appConfig === client) return true
  throw new WiringError(
    'CLIENT_CONFLICT',
    'appConfig is registered in this context, or in one above it, with another client. Register it once, or in contexts beside each other, or give it the client: { client: app.appConfig }',
  )
}
