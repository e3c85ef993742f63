/**
 * Gates before routes that exist only while a flag is on.
 *
 * @module
 */
import type { FlagKey } from '@appconfig-kit/core'
import { flagOff, type GateOptions, isEnabledFor, readGate } from '@appconfig-kit/core/adapter'
import type { MiddlewareHandler } from 'hono'
import { answerable } from './answerable-error.ts'

/**
 * Lets a request pass only while the flag is on; otherwise it is answered as a path without a route:
 * `c.notFound()`. With `asError`, or another status, an exception goes to Hono's error handling.
 *
 * @example
 * app.use('/beta/*', requireFlag('beta'))
 */
export function requireFlag(flag: FlagKey, options: GateOptions = {}): MiddlewareHandler {
  const { status, isHidden } = readGate('requireFlag', flag, options)
  return async function requireFlagMiddleware(c, next) {
    if (isEnabledFor(c.req.raw, flag, `requireFlag(${flag})`)) return next()
    if (isHidden) return c.notFound()
    throw answerable(flagOff(flag, status))
  }
}
