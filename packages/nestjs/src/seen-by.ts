/**
 * The configuration of a context, for decorators.
 *
 * @module
 */
import { currentConfig } from '@appconfig-kit/core'
import { requestSeen, type Seen, seenOf } from '@appconfig-kit/core/adapter'
import type { ArgumentsHost } from '@nestjs/common'
import { deciderOf } from './late-decisions.ts'
import { hasSharedKey, rawRequest, subjectOf } from './subject.ts'

/**
 * What a context sees. It is decided now, if it was not before.
 *
 * @param asking the caller's name, for the error's text.
 */
export function seenBy(host: ArgumentsHost, asking: string): Seen | Promise<Seen> {
  const seen = seenOfRequest(host)
  if (seen !== undefined) return seen
  const { request, message } = subjectOf(host)
  if (request) {
    const raw = rawRequest(request)
    return deciderOf(raw)?.demand(host, asking) ?? requestSeen(raw, asking)
  }
  return hasSharedKey(message) ? requestSeen(message.key, asking) : (currentConfig() as Seen)
}

/**
 * What an HTTP request sees, if it is decided; undefined for other contexts. On the path of every request.
 */
export function seenOfRequest(host: ArgumentsHost): Seen | undefined {
  return host.getType() === 'http' ? seenOf(rawRequest(host.getArgs()[0])) : undefined
}
