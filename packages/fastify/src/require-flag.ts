/**
 * Gates before routes that exist only while a flag is on.
 *
 * @module
 */
import type { FlagKey } from '@appconfig-kit/core'
import { flagOff, type GateOptions, isEnabledFor, readGate } from '@appconfig-kit/core/adapter'
import type { preHandlerHookHandler } from 'fastify'
import { answerable } from './answerable-error.ts'

/**
 * A `preHandler` hook that lets a request pass only while the flag is on; otherwise the request is answered
 * as Fastify answers a path without a route. With `asError`, or another status, it passes an error to
 * Fastify's error handling.
 *
 * @example
 * app.get('/beta', { preHandler: requireFlag('beta') }, betaHandler)
 * app.register(async (scope) => {
 *   scope.addHook('preHandler', requireFlag('beta', { status: 403 }))
 *   scope.get('/beta/search', betaHandler)
 * })
 */
export function requireFlag(flag: FlagKey, options: GateOptions = {}): preHandlerHookHandler {
  const { status, isHidden } = readGate('requireFlag', flag, options)
  const asking = `requireFlag(${flag})`
  return function requireFlagHook(request, reply, done) {
    let isOn: boolean
    try {
      isOn = isEnabledFor(request.raw, flag, asking)
    } catch (error) {
      done(answerable(error))
      return
    }
    if (isOn) done()
    else if (isHidden) reply.callNotFound()
    else done(answerable(flagOff(flag, status)))
  }
}
