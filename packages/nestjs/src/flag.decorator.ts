/**
 * `@Flag`: a guard that lets nothing through while a flag is off.
 *
 * @module
 */
import type { FlagKey } from '@appconfig-kit/core'
import { checkGate, flagOff, isOn, isPromise } from '@appconfig-kit/core/adapter'
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { AppConfigException } from './app-config.exception.ts'
import { HOST_CONFIGS, type NestRequest } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'

export interface FlagOptions {
  /** Of the answer while the flag is off. @default 404, which hides that there is anything */
  readonly status?: number
  /** What to throw instead, made anew each time: e.g. an `RpcException`, a `WsException`. */
  readonly exception?: (context: ExecutionContext) => unknown
}

/**
 * Lets a handler run only while the flag is on. On a class it stands before all its handlers; with one
 * on the method too, both must be on. An unknown flag is off. What it reads is what the whole request
 * reads, whatever is deployed meanwhile.
 *
 * As any guard it takes its turn: put it above the `@UseGuards` of the guard that finds out the tenant.
 *
 * @throws {WiringError} `TENANT_NOT_KNOWN_YET`, per request, when it comes before that guard.
 * @example
 * @Flag('search')
 * @Controller('search')
 * class SearchController {
 *   @Get('beta') @Flag('searchBeta', { status: 403 }) beta() { … }
 * }
 */
export function Flag(flag: FlagKey, options: FlagOptions = {}): ClassDecorator & MethodDecorator {
  checkGate(flag, options.status ?? 404)
  return UseGuards(flagGuard(flag, options))
}

function flagGuard(flag: string, { status = 404, exception }: FlagOptions): Type<CanActivate> {
  class FlagGuard implements CanActivate {
    readonly #configs: HostConfigs

    constructor(configs: HostConfigs) {
      this.#configs = configs
    }

    canActivate(context: ExecutionContext): boolean | Promise<boolean> {
      const config = this.#configs.demand(context, `@Flag('${flag}')`)
      return isPromise(config)
        ? config.then((later) => this.#pass(later, context))
        : this.#pass(config, context)
    }

    #pass(config: unknown, context: ExecutionContext): true {
      if (isOn(config, flag)) return true
      throw exception
        ? exception(context)
        : new AppConfigException(flagOff(flag, status), notFound(context, status))
    }
  }
  Inject(HOST_CONFIGS)(FlagGuard, undefined, 0)
  Injectable()(FlagGuard)
  return FlagGuard
}

/** Nest's own text for a path nobody serves: a closed gate must look the same. */
function notFound(context: ExecutionContext, status: number): string | null {
  if (status !== 404 || context.getType() !== 'http') return null
  const { method, url, originalUrl } = context.switchToHttp().getRequest<NestRequest & { method: string }>()
  return `Cannot ${method} ${originalUrl ?? url}`
}
