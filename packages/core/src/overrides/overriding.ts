/**
 * What a request sees once its override is applied.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { Emitter } from '../events.ts'
import type { CheckConfig } from '../snapshots/check-schema.ts'
import type { Seen } from '../views/seen.ts'
import { applyOverride } from './apply-override.ts'
import type { OverrideRefusal, OverrideSettings } from './options.ts'
import { readOverride } from './override-token.ts'

/**
 * What a request sees: its override applied where it carries one that is valid for its tenant, and as it was where it
 * does not. Never throws.
 *
 * @param tenantId undefined for a request without a tenant: no override is for it.
 */
export type Overriding = (request: unknown, tenantId: string | undefined, seen: Seen) => Seen

/** The parts of a client that overriding needs. */
export interface OverridingPorts {
  readonly clock: Pick<Clock, 'now'>
  readonly check: CheckConfig
  readonly emitter: Pick<Emitter, 'emit'>
}

/** Makes what applies the overrides of requests. */
export function createOverriding(
  settings: OverrideSettings,
  { clock, check, emitter }: OverridingPorts,
): Overriding {
  return function override(request, tenantId, seen) {
    const text = carriedBy(request, settings)
    if (text === undefined) return seen
    const tell = (flags: readonly string[], refused: OverrideRefusal | undefined) =>
      emitter.emit('override', { tenant: tenantId, flags, refused })
    const read = readOverride(text, settings.keys)
    if (typeof read === 'string') {
      // What a stranger wrote is not told.
      tell([], read)
      return seen
    }
    const { tenant, flags, expiresAtSeconds } = read
    const leftSeconds = expiresAtSeconds - clock.now() / 1000
    const result =
      refusalBefore(leftSeconds, tenant === tenantId, Object.keys(flags), settings) ??
      applyOverride(seen, flags, settings.finalLayers, check)
    const isRefused = typeof result === 'string'
    tell(Object.keys(flags), isRefused ? result : undefined)
    return isRefused ? seen : result
  }
}

/** Why an override of ours does not count for this request. */
function refusalBefore(
  leftSeconds: number,
  isOfTenant: boolean,
  flags: readonly string[],
  settings: OverrideSettings,
): OverrideRefusal | undefined {
  // Written so that a time that is no number is over.
  if (!(leftSeconds > 0)) return 'EXPIRED'
  if (leftSeconds > settings.maxSeconds) return 'TOO_LONG'
  if (!isOfTenant) return 'FOREIGN_TENANT'
  return flags.every((flag) => settings.flags.has(flag)) ? undefined : 'FLAG_NOT_LISTED'
}

/** The override a request carries: messages of queues have no headers. */
function carriedBy(request: unknown, { header, cookie }: OverrideSettings): string | undefined {
  const headers = (request as { readonly headers?: Readonly<Record<string, unknown>> } | null)?.headers
  if (typeof headers !== 'object' || headers === null) return undefined
  const given = headers[header]
  if (typeof given === 'string') return given
  const cookies = cookie === undefined ? undefined : headers['cookie']
  return typeof cookies === 'string' ? cookieOf(cookies, `${cookie}=`) : undefined
}

function cookieOf(cookies: string, beginning: string): string | undefined {
  return cookies
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(beginning))
    ?.slice(beginning.length)
}
