/**
 * The configuration of each request, remembered for later callers: handlers, flags, sub-routers, another copy
 * of this code in the process.
 *
 * A request is decided once. Before that, its decision may be open, because its tenant is not known yet.
 *
 * @module
 */
import { WiringError } from '../errors.ts'
import { createHiddenValue } from '../hidden-value.ts'
import { sharedState } from '../shared-state.ts'
import type { RegisteredConfig } from '../types.ts'
import { configSeen, type Seen } from '../views/seen.ts'
import type { ResolvedTenant } from './ask.ts'
import type { Scope } from './async-context.ts'

/** A side of a flag that answered a request. */
export interface SideRun {
  readonly flag: string
  readonly side: 'old' | 'new'
}

/** The decision of a request: what it sees. */
export class Decision implements Scope {
  readonly client: object
  /** What the request sees; undefined until it is decided, constant afterwards. */
  seen: Seen | undefined
  /** Whose request it is; undefined until it is decided. */
  tenant: ResolvedTenant
  /** The decision under way, which further callers await, too. */
  pending: Promise<unknown> | undefined
  /** Advice for the application, set if the tenant was asked for too early. */
  fix: string | undefined
  /** Whether there was no configuration for it: it is counted as such. */
  isUnavailable = false
  /** Node's response to the request, where it is known. */
  response: unknown
  /** Whether listeners of the request and its response run in its scope, where those inherit their `emit`. */
  emitsInScope = false
  /** Whether it is counted when it ends. */
  isCounted = false
  /** The sides of flags that answered it: only of one that is counted. */
  sides: SideRun[] | undefined
  /** Whether it is a stream: open for an hour, it would be counted as a slow request. */
  isStream = false

  constructor(client: object) {
    this.client = client
  }

  /** The configuration object, built when it is read. */
  get config(): unknown {
    return this.seen === undefined ? undefined : configSeen(this.seen)
  }
}

const decisions = sharedState('request-decisions', () => createHiddenValue<Decision>())

/**
 * The decision of a request; a new, open one at the first call.
 *
 * @throws {WiringError} `CLIENT_CONFLICT` if another client has decided it.
 */
export function decisionOf(request: object, client: object): Decision {
  const known = decisions.get(request)
  if (known === undefined) {
    const open = new Decision(client)
    decisions.set(request, open)
    return open
  }
  if (known.client === client) return known
  throw new WiringError(
    'CLIENT_CONFLICT',
    'this request already has the configuration of another client. Make one client and give it to every appConfig({ client })',
  )
}

/** Gives the decision of a request to a second object for it. */
export function shareDecision(request: object, second: object): void {
  const decision = decisions.get(request)
  if (decision !== undefined) decisions.set(second, decision)
}

/** The decision of a request, if there is one. */
export function findDecision(request: object): Decision | undefined {
  return decisions.get(request)
}

/** What a request sees; undefined until it is decided. */
export function seenOf(request: object): Seen | undefined {
  return decisions.get(request)?.seen
}

/**
 * The configuration of a request.
 *
 * @param asking the caller's name, for the error's text.
 * @throws {WiringError} `MIDDLEWARE_MISSING` or `TENANT_NOT_KNOWN_YET`: a flag that can't be known must not
 * look like one that is off.
 */
export function requestConfig(request: object, asking: string): RegisteredConfig {
  return configSeen(requestSeen(request, asking)) as RegisteredConfig
}

/** The same, without building the configuration object of a view. */
export function requestSeen(request: object, asking: string): Seen {
  return decidedRequest(request, asking).seen
}

/**
 * The decision of a request that a client has made.
 *
 * @throws {WiringError} as {@link requestConfig}; `CLIENT_CONFLICT` if another client has made it.
 */
export function decidedBy(client: object, request: object, asking: string): Decided {
  const decision = decidedRequest(request, asking)
  if (decision.client === client) return decision
  throw new WiringError(
    'CLIENT_CONFLICT',
    `${asking} was reached by a request that has the configuration of another client. Make one client and give it to both`,
  )
}

/** A decision that is made. */
export type Decided = Decision & { readonly seen: Seen }

/**
 * The decision of a request, whichever client has made it.
 *
 * @throws {WiringError} as {@link requestConfig}.
 */
export function decidedRequest(request: object, asking: string): Decided {
  const decision = decisions.get(request)
  if (decision?.seen !== undefined) return decision as Decided
  if (decision?.fix !== undefined) {
    throw new WiringError(
      'TENANT_NOT_KNOWN_YET',
      `${asking} was reached before the tenant was known: the tenant resolver answered undefined. ${decision.fix}`,
    )
  }
  throw new WiringError(
    'MIDDLEWARE_MISSING',
    `${asking} was reached by a request without configuration. Put app.use(appConfig(…)) before it (in Fastify, app.register(appConfig, …), and ask in preHandler; in Nest, import AppConfigModule), and don't \`skip\` its requests`,
  )
}
