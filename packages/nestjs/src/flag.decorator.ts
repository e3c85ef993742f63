/**
 * `@Flag`: a guard that lets nothing through while a flag is off.
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
  /** What to throw instead, made anew each time: e.g. an `RpcException`, a `WsException`. */
  readonly exception?: (context: ExecutionContext) => unknown
}

/**
 * Lets a handler run only while the flag is on. On a class it stands before all its handlers; with one
 * on the method too, both must be on. An unknown flag is off. What it reads is what the whole request
 * reads, whatever is deployed meanwhile. While it is off, HTTP requests get Nest's own exception of a path
 * that nobody serves; with `asError`, another status or another kind of context, an `AppConfigException`.
 *
 * As any guard it takes its turn: put it above the `@UseGuards` of the guard that finds out the tenant.
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

/** Nest's own exception for a path that nobody serves: a closed gate must look the same. */
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
