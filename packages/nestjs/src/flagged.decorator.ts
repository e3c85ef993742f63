/**
 * `@Flagged`: the if-flag pattern on a handler.
 *
 * To Nest the decorated method is the handler: its route, guards, pipes, interceptors and parameters apply to
 * both methods, and only the method that runs differs. The wrapper needs the context. A handler with
 * parameter decorators, and every handler of a route, gets one more parameter, behind its own, that injects
 * the `ExecutionContext`. A handler of messages without parameter decorators gets its arguments as Nest
 * passes them, and reads async context.
 *
 * @module
 */
import { currentConfig, type FlagKey, OptionsError, type ShadowOptions } from '@appconfig-kit/core'
import {
  checkFlag,
  createShadowing,
  isPromise,
  isSeenOn,
  quoted,
  refuseUnknownOptions,
  runsNew,
  type Seen,
} from '@appconfig-kit/core/adapter'
import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { bringInterceptor, bringScopedInterceptor } from './app-config.interceptor.ts'
import { runBeside } from './flagged-shadow.ts'
import { countParameters } from './nest-metadata.ts'
import { seenBy } from './seen-by.ts'
import { rawRequest } from './subject.ts'

/** Options of {@link Flagged}. @typeParam Old the name of a method of the class */
export interface FlaggedOptions<Old extends string = string> {
  /** The method that runs while the flag is off: public, undecorated, of the same parameters. */
  readonly old: Old
  /**
   * Runs the other method, too, for a sample of GET requests, once the request is answered. The client's event
   * `shadow` tells where what both return differs. Both must only read: what the other changes, it really changes.
   *
   * Not compared: what a method sends itself with `@Res()`, Observables, streams, requests that end with an error.
   */
  readonly shadow?: ShadowOptions
}

type AnyMethod = (...args: never) => unknown

/**
 * The distance of the added parameter from the handler's own: a subclass may add parameters, and may pass
 * more to `super`. It is small because Nest fills all places in between on every request.
 */
const SPARE_PLACES = 4

// A function, because global pipes see it: they ignore functions, but clone or clean up objects.
const functionOfHost = (_data: unknown, host: ExecutionContext) => () => host
const hostParameter = createParamDecorator(functionOfHost)

/**
 * Runs the decorated method while the flag is on, the method named `old` while it is off: decided once
 * per request or message. An unknown flag is off. Works above and below `@Get` and the like, and on a
 * handler of any kind.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, when the class is defined, if there is no such method.
 * @example
 * @Get('search') @Flagged('featureA', { old: 'searchOld' })
 * search(@Query('q') q: string) { return `new ${q}` }
 *
 * searchOld(q: string) { return `old ${q}` }
 */
export function Flagged<Old extends string>(
  flag: FlagKey,
  options: FlaggedOptions<Old>,
): <Method extends AnyMethod>(
  target: { readonly [Name in Old]: (...args: Parameters<Method>) => unknown },
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void {
  checkFlag(flag)
  const asking = `@Flagged('${flag}')`
  refuseUnknownOptions(asking, options, ['old', 'shadow'])
  const { old, shadow } = options
  const shadowing = shadow && createShadowing(`${asking}, shadow`, flag, shadow)
  return function flagged(target, method, descriptor) {
    const whenOn = descriptor.value as unknown as HandlerMethod
    checkOld(target, method, old, `${asking} on ${target.constructor.name}.${String(method)}`)
    const declared = countParameters(target, method, functionOfHost)
    const hostAt = declared + SPARE_PLACES

    function handler(this: Record<string, HandlerMethod>, ...args: unknown[]): unknown {
      const host = (args[hostAt] as (() => ExecutionContext) | undefined)?.()
      const seen = host ? seenBy(host, asking) : (currentConfig() as Seen)
      const given = host ? args.slice(0, declared) : args
      const run = (decided: Seen): unknown => {
        // Of an HTTP request it is known which one it is: it is told which side answers it.
        const request = host?.getType() === 'http' ? rawRequest(host.getArgs()[0]) : undefined
        const isOn = request ? runsNew(request, flag, asking) : isSeenOn(decided, flag)
        const whenOff = this[old] as HandlerMethod
        const result = (isOn ? whenOn : whenOff).apply(this, given)
        if (shadowing && host && request)
          runBeside(shadowing, host, isOn, result, given, () => (isOn ? whenOff : whenOn).apply(this, given))
        return result
      }
      return isPromise(seen) ? seen.then(run) : run(seen)
    }
    if (declared > 0) {
      hostParameter()(target, method, hostAt)
      bringInterceptor(target, method, whenOn)
    } else {
      bringScopedInterceptor(target, method, whenOn)
      bare.set(handler, target)
    }
    disguise(handler, whenOn)
    descriptor.value = handler as unknown as NonNullable<typeof descriptor.value>
  }
}

/** Handlers without parameter decorators, and the prototypes they belong to. */
const bare = new WeakMap<object, object>()

/**
 * Adds the parameter with the context to a handler of a route without parameter decorators. Nest passes such
 * a handler no other arguments, unlike a handler of messages.
 */
export function passHost(handler: object, method: string): void {
  const target = bare.get(handler)
  if (target === undefined) return
  bare.delete(handler)
  hostParameter()(target, method, SPARE_PLACES)
}

type HandlerMethod = (this: unknown, ...args: unknown[]) => unknown

function checkOld(target: object, method: string | symbol, old: string, who: string): void {
  const found: unknown = Reflect.get(target, old)
  const problem =
    typeof found !== 'function' || old === method
      ? `needs a method to run while the flag is off, and there is none called ${quoted(old)}. Name another method of the class as old`
      : Reflect.getMetadataKeys(found).length > 0
        ? `has a decorated method as old, ${quoted(old)}. Take its decorators off: those of the new one hold for both`
        : undefined
  if (problem) throw new OptionsError('OPTIONS_INVALID', `${who} ${problem}`)
}

/**
 * Copies name and metadata: Nest finds methods by name, and routes and guards in the metadata of the
 * function.
 */
function disguise(handler: object, method: HandlerMethod): void {
  Object.defineProperty(handler, 'name', { value: method.name })
  for (const key of Reflect.getMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), handler)
  }
}
