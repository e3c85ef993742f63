/**
 * The guard behind `@Flag`.
 *
 * It is one class, so that a test can replace it (`overrideGuard(FlagGuard)`). Each `@Flag` adds it once more to the
 * guards of a class or method, and a gate to the metadata at the same place: Nest runs the guards of the class, then
 * those of the method, so the guard's second turn in a context is for the second gate.
 *
 * @module
 */
import { WiringError } from '@appconfig-kit/core'
import { createHiddenValue, flagOff, isPromise, isSeenOn, type Seen } from '@appconfig-kit/core/adapter'
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  NotFoundException,
} from '@nestjs/common'
import { AppConfigException } from './app-config.exception.ts'
import { HOST_CONFIGS } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'

/** What one `@Flag` demands. */
export interface FlagGate {
  readonly flag: string
  readonly status: number
  readonly isHidden: boolean
  readonly exception: ((context: ExecutionContext) => unknown) | undefined
}

/** Not registered: another copy of this code has a guard of its own, which counts its own turns. */
const GATES = Symbol('appconfig-kit.nestjs.gates')

/** Adds a gate to a class or a method, as `UseGuards` adds a guard. */
export function addGate(decorated: object, gate: FlagGate): void {
  Reflect.defineMetadata(GATES, [...gatesOn(decorated), gate], decorated)
}

/** For `overrideGuard(FlagGuard)` in tests. It is put on classes and methods by `@Flag`, not by `@UseGuards`. */
export class FlagGuard implements CanActivate {
  readonly #configs: HostConfigs

  constructor(configs: HostConfigs) {
    this.#configs = configs
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const gate = nextGate(context)
    const seen = this.#configs.demand(context, `@Flag('${gate.flag}')`)
    return isPromise(seen) ? seen.then((later) => pass(gate, later, context)) : pass(gate, seen, context)
  }
}
Inject(HOST_CONFIGS)(FlagGuard, undefined, 0)
Injectable()(FlagGuard)

/** How often the guard had its turn in a context, where that has more than one gate. */
const turns = createHiddenValue<number>()

function nextGate(context: ExecutionContext): FlagGate {
  const gates = gatesOf(context)
  const [only] = gates
  if (gates.length === 1 && only) return only
  const turn = turns.get(context) ?? 0
  turns.set(context, turn + 1)
  const gate = gates[turn % gates.length]
  if (gate) return gate
  throw new WiringError(
    'OPTIONS_INVALID',
    "FlagGuard does not know its flag. Use @Flag('…') in place of @UseGuards(FlagGuard)",
  )
}

/** The gates of each handler that was asked for, with the class that was: metadata are slow to read. */
const known = new WeakMap<object, { readonly of: object; readonly gates: readonly FlagGate[] }>()

function gatesOf(context: ExecutionContext): readonly FlagGate[] {
  const [of, handler] = [context.getClass(), context.getHandler()]
  const found = known.get(handler)
  if (found?.of === of) return found.gates
  const gates = [...gatesOn(of), ...gatesOn(handler)]
  known.set(handler, { of, gates })
  return gates
}

function gatesOn(decorated: object): readonly FlagGate[] {
  return Reflect.getMetadata(GATES, decorated) ?? []
}

function pass({ flag, status, isHidden, exception }: FlagGate, seen: Seen, context: ExecutionContext): true {
  if (isSeenOn(seen, flag)) return true
  if (exception) throw exception(context)
  const cause = flagOff(flag, status)
  throw isHidden && context.getType() === 'http' ? notFound(context, cause) : new AppConfigException(cause)
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
