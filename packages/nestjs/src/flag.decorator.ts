/**
 * `@Flag`: a guard that refuses requests while a flag is off.
 *
 * @module
 */
import type { FlagKey } from '@appconfig-kit/core'
import {
  flagOff,
  GATE_OPTIONS,
  type GateOptions,
  isPromise,
  isSeenOn,
  readGate,
  type Seen,
} from '@appconfig-kit/core/adapter'
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  NotFoundException,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { AppConfigException } from './app-config.exception.ts'
import { HOST_CONFIGS } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'

/** Options of {@link Flag}: the answer while the flag is off. */
export interface FlagOptions extends GateOptions {
  /** Makes the exception to throw instead, for each request: e.g. an `RpcException` or a `WsException`. */
  readonly exception?: (context: ExecutionContext) => unknown
}

/**
 * Lets a handler run only while the flag is on. On a class it applies to all its handlers; with another on
 * the method, both must be on. An unknown flag is off. The whole request sees one value of the flag, whatever
 * is deployed meanwhile. While the flag is off, HTTP requests get Nest's own exception for a path without a
 * route; with `asError`, another status or another kind of context, an `AppConfigException`.
 *
 * It runs in the order of guards: put it above the `@UseGuards` of the guard that finds the tenant.
 *
 * @throws {WiringError} `TENANT_NOT_KNOWN_YET`, per request, when it comes before that guard.
 * @example
 * @Flag('featureA')
 * @Controller('search')
 * class SearchController {
 *   @Get('beta') @Flag('beta', { status: 403 }) beta() { return 'beta' }
 * }
 */
export function Flag(flag: FlagKey, options: FlagOptions = {}): ClassDecorator & MethodDecorator {
  return UseGuards(flagGuard(flag, options))
}

function flagGuard(flag: string, options: FlagOptions): Type<CanActivate> {
  const { status, isHidden } = readGate('@Flag', flag, options, [...GATE_OPTIONS, 'exception'])

  class FlagGuard implements CanActivate {
    readonly #configs: HostConfigs

    constructor(configs: HostConfigs) {
      this.#configs = configs
    }

    canActivate(context: ExecutionContext): boolean | Promise<boolean> {
      const seen = this.#configs.demand(context, `@Flag('${flag}')`)
      return isPromise(seen) ? seen.then((later) => this.#pass(later, context)) : this.#pass(seen, context)
    }

    #pass(seen: Seen, context: ExecutionContext): true {
      if (isSeenOn(seen, flag)) return true
      if (options.exception) throw options.exception(context)
      const cause = flagOff(flag, status)
      throw isHidden && context.getType() === 'http'
        ? notFound(context, cause)
        : new AppConfigException(cause)
    }
  }
  Inject(HOST_CONFIGS)(FlagGuard, undefined, 0)
  Injectable()(FlagGuard)
  flagGuards.add(FlagGuard)
  return FlagGuard
}

const flagGuards = new WeakSet<object>()

/** Whether a guard is one of `@Flag`. */
export function isFlagGuard(guard: object): boolean {
  return flagGuards.has(guard)
}

/** Nest's own exception for a path without a route: a closed gate must look the same. */
function notFound(context: ExecutionContext, cause: unknown): NotFoundException {
  const request = context.switchToHttp().getRequest<NodeRequest & { raw?: NodeRequest }>()
  const { method, originalUrl, url } = request.raw ?? request
  return new NotFoundException(`Cannot ${method} ${originalUrl ?? url}`, { cause, description: 'Not Found' })
}

interface NodeRequest {
  readonly method: string
  readonly url: string
  readonly originalUrl?: string
}
