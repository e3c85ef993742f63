/**
 * Sub-applications as one side of a flag, mounted as `app.use` mounts them: they know their parent and
 * mount path, inherit its settings, and leave no trace on a request they pass on.
 *
 * @module
 */
import type { Application, RequestHandler } from 'express'
import type { Handler } from './run-handlers.ts'

/** An application, told from other handlers as Express tells it. */
export function isApplication(handler: Handler): handler is Application {
  return 'handle' in handler && 'set' in handler
}

/** `handler`, with `req.app` and what hangs on it restored when an application passes on. */
export function restoring(handler: Handler): Handler {
  if (!isApplication(handler)) return handler
  return function mountedApplication(req, res, next) {
    const [request, response] = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)]
    handler(req, res, (error?: unknown) => {
      Object.setPrototypeOf(req, request)
      Object.setPrototypeOf(res, response)
      next(error)
    })
  } satisfies RequestHandler
}

/**
 * `choosing`, which runs some of `handlers`. If there are applications among them, `app.use` takes it for
 * one, too, and tells it where it is mounted: that is passed on.
 */
export function mountable(choosing: RequestHandler, handlers: readonly Handler[]): RequestHandler {
  const applications = handlers.filter(isApplication)
  if (applications.length === 0) return choosing
  return Object.assign(choosing, {
    // By these two `app.use` knows an application.
    handle: choosing,
    set: () => {},
    /** Called with `mount`, once `mountpath` is set. */
    emit(this: { readonly mountpath?: string | string[] }, event: string, parent: Application): void {
      for (const application of applications) {
        Object.assign(application, { mountpath: this.mountpath, parent })
        application.emit(event, parent)
      }
    },
  })
}
