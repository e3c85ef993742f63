/**
 * `@Flag`: a guard that refuses requests while a flag is off.
 *
 * @module
 */
import type { FlagKey } from '@appconfig-kit/core'
import { GATE_OPTIONS, type GateOptions, readGate } from '@appconfig-kit/core/adapter'
import { type ExecutionContext, UseGuards } from '@nestjs/common'
import { addGate, FlagGuard } from './flag.guard.ts'

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
  const { status, isHidden } = readGate('@Flag', flag, options, [...GATE_OPTIONS, 'exception'])
  const gate = { flag, status, isHidden, exception: options.exception }
  const guarded = UseGuards(FlagGuard)
  return function decorate(target: object, method?: string | symbol, descriptor?: PropertyDescriptor): void {
    addGate(descriptor?.value ?? target, gate)
    if (method === undefined || descriptor === undefined) guarded(target as never)
    else guarded(target, method, descriptor)
  }
}
