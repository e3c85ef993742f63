/**
 * The configuration of a request for code it calls, without passing it down.
 *
 * An adapter enters a scope per request when the option `asyncContext` is on; jobs, queues and cron enter one
 * with {@link withConfig}. Code behind `await`, timers and promises stays in the scope. So do listeners of
 * Node's request and response, whose events come from a socket that outlives the request. Scopes of requests
 * are separate. Imported and required copies of this code share them.
 *
 * @module
 */
import type { AsyncLocalStorage } from 'node:async_hooks'
import { WiringError } from '../errors.ts'
import { nodeModule } from '../node-modules.ts'
import { sharedState } from '../shared-state.ts'
import type { RegisteredConfig } from '../types.ts'
import type { Seen } from '../views/seen.ts'

/**
 * The scope of a request. Its configuration is read at each call: the tenant may be known later than the
 * scope is entered.
 */
export interface Scope {
  readonly config: unknown
  /** What the request sees, before a configuration object is made of it; a request's scope alone has it. */
  readonly seen?: Seen | undefined
  /** The client that decides it; a request's scope alone has it. */
  readonly client?: object
}

let found: AsyncLocalStorage<Scope> | undefined

/** The scopes, made at their first use. */
function scopes(): AsyncLocalStorage<Scope> {
  found ??= sharedState('async-context', () => new (nodeModule('async_hooks').AsyncLocalStorage)<Scope>())
  return found
}

/**
 * The configuration of the current request, or of the enclosing {@link withConfig}.
 *
 * @throws {WiringError} `CONTEXT_MISSING` outside of both, or while the option `asyncContext` is off;
 * `TENANT_NOT_KNOWN_YET` before the request has its configuration.
 * @example
 * const searchLimit = () => currentConfig().search.limit
 */
export function currentConfig(): RegisteredConfig {
  const scope = scopes().getStore()
  if (scope === undefined) {
    throw new WiringError(
      'CONTEXT_MISSING',
      'currentConfig() was called outside of a request. Switch on the option asyncContext, and wrap what runs without a request in withConfig(config, work)',
    )
  }
  if (scope.config === undefined) {
    throw new WiringError(
      'TENANT_NOT_KNOWN_YET',
      "currentConfig() was called before the request's tenant was known. Call it after authentication",
    )
  }
  return scope.config as RegisteredConfig
}

/** The same, but undefined where {@link currentConfig} throws. */
export function tryCurrentConfig(): RegisteredConfig | undefined {
  return scopes().getStore()?.config as RegisteredConfig | undefined
}

/**
 * Runs `work`, and everything it starts, with `config` as {@link currentConfig}: for jobs, queues, cron and
 * tests. Needs no option.
 *
 * @returns what `work` returns.
 * @example
 * queue.process(async (job) => withConfig(await client.resolve(job.tenant), () => handle(job)))
 */
export function withConfig<Result>(config: object, work: () => Result): Result {
  return scopes().run({ config }, work)
}

/** For adapters: runs `work` in a scope whose configuration may be decided later. */
export function runInScope<Result>(scope: Scope, work: () => Result): Result {
  return scopes().getStore() === scope ? work() : scopes().run(scope, work)
}

/** On the function that emits in a scope: which one. Another copy of this code in the process looks for it, too. */
const SCOPE: unique symbol = Symbol.for('appconfig-kit.scope')

/** For adapters: runs all listeners of an emitter in a scope, whichever code emits. */
export function emitInScope(emitter: EmitterLike, scope: Scope): void {
  const { emit }: { emit: EmitterLike['emit'] & { [SCOPE]?: Scope } } = emitter
  if (emit[SCOPE] === scope) return
  function emitHere(this: unknown, ...event: unknown[]): boolean {
    return callInScope(scope, emit, this, event)
  }
  emitHere[SCOPE] = scope
  emitter.emit = emitHere
}

/** Tells listeners of an event in a scope. On the path of every event: no closure. */
export function callInScope(
  scope: Scope,
  emit: EmitterLike['emit'],
  emitter: unknown,
  event: unknown[],
): boolean {
  return scopes().getStore() === scope
    ? Reflect.apply(emit, emitter, event)
    : scopes().run(scope, Reflect.apply<unknown, unknown[], boolean>, emit, emitter, event)
}

/** The part of Node's `EventEmitter` that is used. */
export interface EmitterLike {
  emit(...event: unknown[]): boolean
}

/** For adapters: the scope this code runs in. */
export function currentScope(): Scope | undefined {
  return scopes().getStore()
}
