/**
 * Listeners of a request and its response, run in the request's async context.
 *
 * To add an `emit` to a request whose prototype was changed, as Express does, costs Node.js 20 and 22 some
 * microseconds. So where the framework has objects that its requests and responses inherit from, they inherit one.
 *
 * @module
 */
import { callInScope, type EmitterLike, emitInScope } from './async-context.ts'
import { canShare } from './attach-config.ts'
import { type Decision, findDecision } from './decisions.ts'

type Emit = EmitterLike['emit']

/** On an `emit` that finds the scope itself. Another copy of this code in the process looks for it, too. */
const FINDS_SCOPE: unique symbol = Symbol.for('appconfig-kit.finds-scope')

/**
 * Runs all listeners of an emitter of a request in the request's scope, whichever code emits.
 *
 * @param emitter what is no emitter is passed over: messages of queues and requests of tests are none.
 * @param sharedOf finds the object that the framework offers for what its emitters inherit.
 */
export function emitForRequest(
  emitter: unknown,
  decision: Decision,
  sharedOf: ((emitter: object) => object | undefined) | undefined,
): void {
  if (!isEmitter(emitter)) return
  if (sharedOf !== undefined && !findsScope(emitter)) inheritEmit(emitter, sharedOf(emitter))
  if (findsScope(emitter) && decisionOfEmitter(emitter) === decision) decision.emitsInScope = true
  else emitInScope(emitter, decision)
}

/** Lets an emitter, and all others, inherit an `emit`; nothing changes where that can't be. */
function inheritEmit(emitter: EmitterLike, shared: object | undefined): void {
  if (shared === undefined || Object.hasOwn(shared, 'emit')) return
  const base: Partial<EmitterLike> | null = Object.getPrototypeOf(shared)
  if (!isEmitter(base) || !canShare(shared, emitter)) return
  const value: Emit = function emitOfRequest(this: object, ...event) {
    const decision = decisionOfEmitter(this)
    // Read at each event: a tracer may replace it.
    const { emit } = base
    return decision?.emitsInScope
      ? callInScope(decision, emit, this, event)
      : Reflect.apply(emit, this, event)
  }
  Object.defineProperty(value, FINDS_SCOPE, { value: true })
  Object.defineProperty(shared, 'emit', { value, configurable: true, writable: true })
}

function findsScope({ emit }: EmitterLike): boolean {
  return FINDS_SCOPE in emit
}

/** Of a request, or of the request that Node's response names. */
function decisionOfEmitter(emitter: object): Decision | undefined {
  return findDecision(emitter) ?? findDecision((emitter as { readonly req?: object }).req ?? emitter)
}

function isEmitter(value: unknown): value is EmitterLike {
  return typeof (value as Partial<EmitterLike> | null | undefined)?.emit === 'function'
}
