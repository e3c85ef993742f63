/**
 * Hono adapter: the configuration of the tenant, on every request.
 *
 * This file decides when a request gets it (before your handlers) and where Hono code finds it
 * (`c.get('config')`, `c.var.config`). Core decides which one, how fresh it is, and what happens without one.
 *
 * @module
 */
import type { AppConfigClient, AppConfigOptions, ConfigOf, RegisteredConfig } from '@appconfig-kit/core'
import { type AdapterOptions, configSeen, configureRequests } from '@appconfig-kit/core/adapter'
import type { Context, MiddlewareHandler } from 'hono'
import { answerable } from './answerable-error.ts'
import { AskedRequest } from './asked-request.ts'

export * from '@appconfig-kit/core'
export type { GateOptions } from '@appconfig-kit/core/adapter'
export type { ChangeStreamOptions, OfrepHandlerOptions, OfrepOptions } from '@appconfig-kit/core/ofrep'
export type { AskedRequest } from './asked-request.ts'
export { flagged } from './flagged.ts'
export { type OfrepMiddleware, ofrep } from './ofrep.ts'
export { requireFlag } from './require-flag.ts'
export type { Handlers } from './run-handlers.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** Set by {@link appConfig}: frozen, and the same object for the whole request. */
    config: RegisteredConfig
  }
}

type ConfigSchema = AppConfigOptions['schema']

/** Core's options, or a client made before, plus `tenant`, `context` and `skip`. */
export type AppConfigMiddlewareOptions<Schema extends ConfigSchema = ConfigSchema> = AdapterOptions<
  AskedRequest,
  Schema
>

/** The middleware, and the client behind it. */
export interface AppConfigMiddleware<Config = RegisteredConfig> extends MiddlewareHandler {
  readonly client: AppConfigClient<Config>
  /** Closes the client. */
  close(): Promise<void>
}

/**
 * Puts the configuration of the request's tenant on `c.get('config')`.
 *
 * A request never reaches your handlers without one: a bad tenant (4xx) or no configuration (503,
 * `Retry-After`) goes to Hono's own error handling. Mounting it twice with one client is harmless.
 *
 * Missing options come from environment variables: see docs/getting-started.md.
 *
 * @throws {OptionsError} for wrong options: `OPTIONS_INVALID`, `SOURCE_NOT_CONFIGURED`.
 * @example
 * app.use(appConfig({ application: 'api', environment: 'prod-01', layers: ['default', (t) => `tenant-${t.id}`],
 *   source: direct(), tenant: ({ c }) => c.get('user').tenant }))
 */
export function appConfig<Schema extends ConfigSchema = undefined>(
  options: AppConfigMiddlewareOptions<Schema> = {},
): AppConfigMiddleware<ConfigOf<Schema>> {
  const { client, configFor, run } = configureRequests<AskedRequest, Schema>(options, {
    keyOf: ({ c }) => c.req.raw,
    emitterOf: ({ c }) => c.env?.incoming,
  })

  async function appConfigMiddleware(c: Context, next: () => Promise<void>): Promise<void> {
    const asked = new AskedRequest(c)
    // Node's response, where there is one; elsewhere a request ends when its handlers have.
    const ending = c.env?.outgoing === undefined ? new Ending(c) : undefined
    try {
      const seen = await configFor(asked, ending ?? c.env.outgoing)
      if (seen !== undefined) c.set('config', configSeen(seen) as RegisteredConfig)
    } catch (error) {
      ending?.close(error)
      throw answerable(error)
    }
    await run(asked, next)
    ending?.close(c.error)
  }
  return Object.assign(appConfigMiddleware, { client, close: () => client.close() })
}

/** The end of a request where there is no response of Node's to tell it. */
class Ending {
  readonly writableFinished = true
  readonly #c: Context
  readonly #listeners: (() => void)[] = []
  statusCode = 200

  constructor(c: Context) {
    this.#c = c
  }

  on(_event: 'close', listener: () => void): void {
    this.#listeners.push(listener)
  }

  close(error: unknown): void {
    this.statusCode = error ? ((error as { status?: number }).status ?? 500) : this.#c.res.status
    for (const listener of this.#listeners) listener()
  }
}
