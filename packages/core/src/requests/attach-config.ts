/**
 * The property `config` of a request, where its framework's users look for it.
 *
 * Most requests never read it, and building the object costs more than deciding a flag. So it is a getter wherever
 * requests may see different variants.
 *
 * @module
 */
import type { Seen } from '../views/seen.ts'
import { isView } from '../views/view.ts'
import { findDecision } from './decisions.ts'

/** Set on objects that requests inherit `config` from. Another copy of this code in the process looks for it, too. */
const GIVES_CONFIG: unique symbol = Symbol.for('appconfig-kit.gives-config')

/**
 * Sets `config` on a request. It can be overwritten like a value.
 *
 * Of a view it is a getter, the same function on every request. To define one takes a tenth of a microsecond: where
 * the framework has an object that its requests inherit from, they inherit it, from the first request on.
 *
 * @param sharedOf finds the object that the framework offers for such properties: Express's `app.request`, Koa's
 * `app.context`. It is left alone where the request does not inherit from it, or it has a `config`.
 */
export function attachConfig<Request extends object>(
  request: Request,
  seen: Seen,
  sharedOf?: (request: Request) => object | undefined,
): void {
  if (GIVES_CONFIG in request || inherits(request, sharedOf?.(request))) return
  const target: { config?: unknown } = request
  if (!isView(seen)) {
    if (target.config !== seen) target.config = seen
  } else if (!Object.hasOwn(target, 'config')) Object.defineProperty(target, 'config', CONFIG_OF_REQUEST)
}

/** Lets a request, and all others, inherit `config`; false where that can't be. */
function inherits(request: object, shared: object | undefined): boolean {
  if (shared === undefined || 'config' in shared || !canShare(shared, request)) return false
  Object.defineProperties(shared, {
    config: CONFIG_OF_REQUEST,
    [GIVES_CONFIG]: { value: true },
  })
  return true
}

/** Whether a property of `shared` is inherited by an object. Never of what all objects inherit from. */
export function canShare(shared: object, object: object): boolean {
  if (!Object.isExtensible(shared) || Object.getPrototypeOf(shared) === null) return false
  return Object.prototype.isPrototypeOf.call(shared, object)
}

/** A property of the request or of its wrapper: Koa's context, Fastify's request. */
const CONFIG_OF_REQUEST: PropertyDescriptor & ThisType<{ readonly req?: object; readonly raw?: object }> = {
  enumerable: true,
  configurable: true,
  get() {
    const decision = findDecision(this) ?? findDecision(this.req ?? this) ?? findDecision(this.raw ?? this)
    return decision?.config
  },
  set(value: unknown) {
    Object.defineProperty(this, 'config', { value, enumerable: true, configurable: true, writable: true })
  },
}
