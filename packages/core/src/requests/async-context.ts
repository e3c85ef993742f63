/**
 * The request's configuration for code deep below it, without passing it down.
 *
 * An adapter enters a scope per request when the option `asyncContext` is on; jobs, queues and
 * cron enter one with {@link withConfig}. What `await`, timers and promises start below stays in it, and so
 * do the events of Node's request and response, which come from a socket that outlives the request;
 * requests never see each other's. Imported and required copies of this code share the scopes.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { WiringError } from '../errors.ts'
import { createHiddenValue } from '../hidden-value.ts'
import { sharedState } from '../shared-state.ts'
import type { RegisteredConfig } from '../types.ts'

/** Read when asked, not when entered: a request's tenant may be known only later. */
export interface Scope {
  readonly config: unknown
}

const scopes = sharedState('async-context', () => new AsyncLocalStorage<Scope>())

/**
 * The configuration of the request, or of the {@link withConfig}, that this code runs for.
 *
 * @throws {WiringError} `CONTEXT_MISSING` outside of both, or while the option `asyncContext` is off;
 * `TENANT_NOT_KNOWN_YET` before the request has its configuration.
 * @example
 * const searchLimit = () => currentConfig().search.limit
 */
export function currentConfig(): RegisteredConfig {
  const scope = scopes.getStore()
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

/** The same, where there may be none: undefined instead of an error. */
export function tryCurrentConfig(): RegisteredConfig | undefined {
  return scopes.getStore()?.config as RegisteredConfig | undefined
}

/**
 * Runs `work`, and all it starts, with `config` as {@link currentConfig}: for jobs, queues, cron and
 * tests. Needs no option.
 *
 * @returns what `work` returns.
 * @example
 * queue.process(async (job) => withConfig(await client.resolve(job.tenant), () => handle(job)))
 */
export function withConfig<Result>(config: object, work: () => Result): Result {
  return scopes.run({ config }, work)
}

/** For adapters: runs `work` in a scope whose configuration may be decided later. */
export function runInScope<Result>(scope: Scope, work: () => Result): Result {
  return scopes.getStore() === scope ? work() : scopes.run(scope, work)
}

/** For adapters: has all listeners of an emitter run in a scope, whoever emits. */
export function emitInScope(emitter: EmitterLike, scope: Scope): void {
  if (emitting.get(emitter) === scope) return
  emitting.set(emitter, scope)
  const emit = emitter.emit
  // On the path of every event: no closure.
  emitter.emit = function emitInScope(this: unknown, ...event): boolean {
    return scopes.getStore() === scope
      ? Reflect.apply(emit, this, event)
      : scopes.run(scope, Reflect.apply<unknown, unknown[], boolean>, emit, this, event)
  }
}

/** What is used of Node's `EventEmitter`. */
export interface EmitterLike {
  emit(...event: unknown[]): boolean
}

const emitting = sharedState('scopes-of-emitters', () => createHiddenValue<Scope>())

/** For adapters: the scope this code runs in. */
export function currentScope(): Scope | undefined {
  return scopes.getStore()
}
