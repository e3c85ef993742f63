/**
 * Which configuration a request has, remembered for whoever asks later: handlers, flags,
 * sub-routers, another copy of this code in the same process.
 *
 * A request is decided once. Until then its decision may stand open: its tenant is not known yet.
 *
 * @module
 */
import { WiringError } from '../errors.ts'
import { createHiddenValue } from '../hidden-value.ts'
import { sharedState } from '../shared-state.ts'
import type { RegisteredConfig } from '../types.ts'
import { configSeen, type Seen } from '../views/seen.ts'
import { isView } from '../views/view.ts'
import type { Scope } from './async-context.ts'

/** What was decided of a request. */
export class Decision implements Scope {
  readonly client: object
  /** What the request sees; undefined until decided, never changes after. */
  seen: Seen | undefined
  /** What is being waited for, so that whoever asks meanwhile waits for the same. */
  pending: Promise<unknown> | undefined
  /** Set once the tenant was asked for too early: what the application should do about that. */
  fix: string | undefined

  constructor(client: object) {
    this.client = client
  }

  /** The configuration, made when it is read. */
  get config(): unknown {
    return this.seen === undefined ? undefined : configSeen(this.seen)
  }
}

const decisions = sharedState('request-decisions', () => createHiddenValue<Decision>())

/** The decision of a request, open if it is the first time that is asked. */
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

/** The same, where nobody has asked for it. */
export function findDecision(request: object): Decision | undefined {
  return decisions.get(request)
}

/** What a request was decided to see; undefined until then. */
export function seenOf(request: object): Seen | undefined {
  return decisions.get(request)?.seen
}

/**
 * The configuration of a request.
 *
 * @param asking who wants to know, for the error's text.
 * @throws {WiringError} `MIDDLEWARE_MISSING` or `TENANT_NOT_KNOWN_YET`: a flag nobody could know must
 * not look like one that is off.
 */
export function requestConfig(request: object, asking: string): RegisteredConfig {
  return configSeen(requestSeen(request, asking)) as RegisteredConfig
}

/** The same, without making a configuration of a view. */
export function requestSeen(request: object, asking: string): Seen {
  const decision = decisions.get(request)
  if (decision?.seen !== undefined) return decision.seen
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

/**
 * Puts the configuration of a request where its framework's users look for it.
 *
 * A view's is a getter, the same function on every request: most never read it, and to make it costs more than
 * to decide a flag. The property can be written over, as if it were a value.
 */
export function attachConfig(request: object, seen: Seen): void {
  const target: { config?: unknown } = request
  if (!isView(seen)) {
    if (target.config !== seen) target.config = seen
  } else if (!Object.hasOwn(target, 'config')) Object.defineProperty(target, 'config', CONFIG_OF_VIEW)
}

/** Of the request, or of what wraps it: Koa's context, Fastify's request. */
const CONFIG_OF_VIEW: PropertyDescriptor & ThisType<{ readonly req?: object; readonly raw?: object }> = {
  enumerable: true,
  configurable: true,
  get() {
    const decision = decisions.get(this) ?? decisions.get(this.req ?? this) ?? decisions.get(this.raw ?? this)
    return decision?.config
  },
  set(value: unknown) {
    Object.defineProperty(this, 'config', { value, enumerable: true, configurable: true, writable: true })
  },
}
