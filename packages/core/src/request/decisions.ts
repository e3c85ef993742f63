/**
 * Which configuration a request has, remembered for whoever asks later: handlers, flags,
 * sub-routers, another copy of this code in the same process.
 *
 * A request is decided once. Until then its decision may stand open: its tenant is not known yet.
 *
 * @module
 */
import { WiringError } from '../errors.ts'
import { sharedState } from '../shared-state.ts'
import type { RegisteredConfig } from '../types.ts'
import type { Scope } from './async-context.ts'

export interface Decision extends Scope {
  readonly client: object
  /** Undefined until decided; never changes after. */
  config: unknown
  /** What is being waited for, so that whoever asks meanwhile waits for the same. */
  pending: Promise<unknown> | undefined
  /** Set once the tenant was asked for too early: what the application should do about that. */
  fix: string | undefined
}

const decisions = sharedState('requests', () => new WeakMap<object, Decision>())

/** The decision of a request, open if it is the first time that is asked. */
export function decisionOf(request: object, client: object): Decision {
  const known = decisions.get(request)
  if (known === undefined) {
    const open: Decision = { client, config: undefined, pending: undefined, fix: undefined }
    decisions.set(request, open)
    return open
  }
  if (known.client === client) return known
  throw new WiringError(
    'CLIENT_CONFLICT',
    'this request already has the configuration of another client. Make one client and give it to every appConfig({ client })',
  )
}

/** The same, where nobody has asked for it. */
export function findDecision(request: object): Decision | undefined {
  return decisions.get(request)
}

/**
 * The configuration of a request.
 *
 * @param asking who wants to know, for the error's text.
 * @throws {WiringError} `MIDDLEWARE_MISSING` or `TENANT_NOT_KNOWN_YET`: a flag nobody could know must
 * not look like one that is off.
 */
export function requestConfig(request: object, asking: string): RegisteredConfig {
  const decision = decisions.get(request)
  if (decision?.config !== undefined) return decision.config as RegisteredConfig
  if (decision?.fix !== undefined) {
    throw new WiringError(
      'TENANT_NOT_KNOWN_YET',
      `${asking} was reached before the tenant was known: the tenant resolver answered undefined. ${decision.fix}`,
    )
  }
  throw new WiringError(
    'MIDDLEWARE_MISSING',
    `${asking} was reached by a request without configuration. Put app.use(appConfig(…)) before it (in Nest, import AppConfigModule), and don't \`skip\` its requests`,
  )
}
