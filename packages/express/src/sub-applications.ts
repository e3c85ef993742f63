/**
 * Sub-applications as one side of a flag, mounted as `app.use` mounts them: they have a parent and a mount
 * path, inherit its settings, and restore a request that they pass on.
 *
 * @module
 */
import type { Application, RequestHandler } from 'express'
import type { Handler } from './run-handlers.ts'

/** Whether a handler is an application; Express checks the same. */
export function isApplication(handler: Handler): handler is Application {
  return 'handle' in handler && 'set' in handler
}

/** `handler`; for an application, `req.app` and the prototypes are restored when it passes the request on. */
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
 * `choosing`, which runs some of `handlers`. If there are applications among them, `app.use` takes it for an
 * application, too, and sets its mount path: that is passed on to them.
 */
export function mountable(choosing: RequestHandler, handlers: readonly Handler[]): RequestHandler {
  const applications = handlers.filter(isApplication)
  if (applications.length === 0) return choosing
  return Object.assign(choosing, {
    // `app.use` recognises an application by these two.
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
