/**
 * What requests and responses of Express inherit from. Nest serves them, too.
 *
 * @module
 */

/** An application of Express, as far as its requests and responses inherit from it. */
interface ExpressApplication {
  readonly request?: object
  readonly response?: object
  /** The application it is mounted in. */
  readonly parent?: ExpressApplication
}

/**
 * What a request, or a response, inherits from: of the outermost application, since a request leaves those that are
 * mounted.
 */
export function expressShared(emitter: object): object | undefined {
  let outermost = (emitter as { readonly app?: ExpressApplication }).app
  while (outermost?.parent !== undefined) outermost = outermost.parent
  if (outermost === undefined) return undefined
  const { request, response } = outermost
  return [request, response].find((shared) => shared && Object.prototype.isPrototypeOf.call(shared, emitter))
}
