/**
 * Gates before routes that exist only while a flag is on.
 *
 * @module
 */
import type { FlagKey } from '@appconfig-kit/core'
import { flagOff, type GateOptions, isEnabledFor, readGate } from '@appconfig-kit/core/adapter'
import type { RequestHandler } from 'express'
import finalhandler from 'finalhandler'

/**
 * Lets a request pass only while the flag is on; otherwise answers 404, as Express does for a path without a
 * route. With `asError` (for a 404 page of your own), or another status, it passes an error to Express's
 * error handling.
 *
 * @example
 * app.use('/beta', requireFlag('beta'), betaRouter)
 * app.use('/beta', requireFlag('beta', { asError: true }), betaRouter)
 * app.use('/beta', requireFlag('beta', { status: 403 }), betaRouter)
 */
export function requireFlag(flag: FlagKey, options: GateOptions = {}): RequestHandler {
  const { status, isHidden } = readGate('requireFlag', flag, options)
  return function requireFlagMiddleware(req, res, next) {
    if (isEnabledFor(req, flag, `requireFlag(${flag})`)) next()
    // Express itself ends with this handler when no route has answered.
    else if (isHidden) finalhandler(req, res)(undefined)
    else next(flagOff(flag, status))
  }
}
