/**
 * The interceptor that decides messages and opens their async context.
 *
 * @module
 */
import { isPromise } from '@appconfig-kit/core/adapter'
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common'
import { map, Observable } from 'rxjs'
import { HOST_CONFIGS } from './app-config.options.ts'
import { bindIterator } from './bound-iterator.ts'
import type { HostConfigs } from './host-configs.ts'

/**
 * Runs for all messages, wherever Nest lets a module add a global interceptor. Gateways in Nest 11, and
 * microservices of a hybrid application without `inheritAppConfig`, need `@UseInterceptors(AppConfigInterceptor)` for
 * `currentConfig()` and `AppConfigService.config`; `@Config` and `@Flagged` add it themselves. HTTP routes
 * have none: an interceptor would cost more than everything else done for a request.
 */
export class AppConfigInterceptor implements NestInterceptor {
  readonly #configs: HostConfigs
  /** Undefined: the option `asyncContext` decides. */
  protected readonly alwaysInContext: true | undefined = undefined

  constructor(configs: HostConfigs) {
    this.#configs = configs
  }

  intercept(
    context: ExecutionContext,
    next: CallHandler,
  ): Observable<unknown> | Promise<Observable<unknown>> {
    const prepared = this.#configs.prepare(context)
    return isPromise(prepared) ? prepared.then(() => this.#rest(context, next)) : this.#rest(context, next)
  }

  #rest(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.#configs.isEntered(context, this.alwaysInContext)) return next.handle()
    const run = <Result>(work: () => Result): Result => this.#configs.run(context, work, this.alwaysInContext)
    return new Observable((subscriber) =>
      run(() =>
        next
          .handle()
          .pipe(map((result) => bindIterator(result, run)))
          .subscribe(subscriber),
      ),
    )
  }
}
Injectable()(AppConfigInterceptor)
Inject(HOST_CONFIGS)(AppConfigInterceptor, undefined, 0)

/** The interceptor that a decorator adds to a method. */
class BroughtInterceptor extends AppConfigInterceptor {}
Injectable()(BroughtInterceptor)
Inject(HOST_CONFIGS)(BroughtInterceptor, undefined, 0)

/** For handlers that get their configuration from async context only, whether that is on or off. */
class ScopedInterceptor extends AppConfigInterceptor {
  protected override readonly alwaysInContext = true
}
Injectable()(ScopedInterceptor)
Inject(HOST_CONFIGS)(ScopedInterceptor, undefined, 0)

/** Interceptors that decorators add before they can know whether a handler is for messages. */
export const BROUGHT: ReadonlySet<unknown> = new Set([BroughtInterceptor, ScopedInterceptor])

const carriers = new WeakSet<object>()

/** Adds the interceptor to a method, once; also where no global one runs. */
export function bringInterceptor(target: object, method: string | symbol, handler: object): void {
  if (carriers.has(handler)) return
  carriers.add(handler)
  UseInterceptors(BroughtInterceptor)(target, method, { value: handler })
}

/** The same for a handler that gets its configuration from async context only. */
export function bringScopedInterceptor(target: object, method: string | symbol, handler: object): void {
  UseInterceptors(ScopedInterceptor)(target, method, { value: handler })
}
