/**
 * The options of a console.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { type Clock, OptionsError, systemClock } from '@appconfig-kit/core'
import { quoted, refuseUnknownOptions } from '@appconfig-kit/core/adapter'
import type { Deployments } from './deployments/deployments.ts'
import type { Rollouts } from './rollouts/rollouts.ts'

/** What a request wants: to look, or to stop or revert a deployment. */
export type Access = 'look' | 'act'

/** Options of {@link consoleRouter}. */
export interface ConsoleOptions<Request extends IncomingMessage = IncomingMessage> {
  /**
   * Whether this request may have what it asks for. Called before anything else, for every request: the page, its
   * script and style, its data and its stream. Only `true` lets it through; what is thrown refuses it.
   *
   * @param access `act` to stop or revert a deployment, else `look`.
   */
  readonly authorize: (request: Request, access: Access) => boolean | Promise<boolean>
  /**
   * Whether values of documents, and rules, are shown. Without it there are keys, where they come from, whether flags
   * are on, and names of variants.
   *
   * @default false
   */
  readonly values?: boolean | undefined
  /**
   * Whether a tenant that no request was served for lately may be loaded, at most ten a minute. It is loaded as a
   * request of it would be, with all limits of the client; its documents are then polled until it is idle.
   *
   * @default false
   */
  readonly loadTenants?: boolean | undefined
  /** Where deployments are seen: {@link controlPlane}. @default none are shown */
  readonly deployments?: Deployments | undefined
  /** Where rollouts are seen: an object with `list`; see docs/console.md. @default none are shown */
  readonly rollouts?: Rollouts | undefined
  /**
   * Whether decisions of this process are shown: which request got which side of a flag, and why. They are listened to while
   * somebody has the page open, which costs requests some microseconds.
   *
   * @default true
   */
  readonly decisions?: boolean | undefined
  /** Whether deployments may be stopped and reverted. @default false */
  readonly actions?: boolean | undefined
  /**
   * The path the console is mounted at, such as `/console`, where the framework leaves it in `request.url`. Express
   * takes it away itself.
   *
   * @default ''
   */
  readonly basePath?: string | undefined
  /** The page's heading, such as `api, production`. @default 'AppConfig' */
  readonly title?: string | undefined
  /**
   * Milliseconds between two looks at deployments while somebody has the page open.
   *
   * @default 5000
   */
  readonly lookEveryMs?: number | undefined
  /** The clock of looks and limits. @default systemClock */
  readonly clock?: Clock | undefined
}

/** The options with their defaults. */
export interface Settings<Request> {
  readonly authorize: (request: Request, access: Access) => boolean | Promise<boolean>
  readonly values: boolean
  readonly loadTenants: boolean
  readonly deployments: Deployments | undefined
  readonly rollouts: Rollouts | undefined
  readonly decisions: boolean
  readonly actions: boolean
  readonly basePath: string
  readonly title: string
  readonly lookEveryMs: number
  readonly clock: Clock
}

const OPTIONS: Record<keyof ConsoleOptions, true> = {
  authorize: true,
  values: true,
  loadTenants: true,
  deployments: true,
  rollouts: true,
  decisions: true,
  actions: true,
  basePath: true,
  title: true,
  lookEveryMs: true,
  clock: true,
}

/** @throws {OptionsError} `OPTIONS_INVALID`, above all without `authorize`. */
export function parseOptions<Request extends IncomingMessage>(
  options: ConsoleOptions<Request>,
): Settings<Request> {
  refuseUnknownOptions('consoleRouter()', options, Object.keys(OPTIONS))
  const {
    authorize,
    values = false,
    loadTenants = false,
    deployments,
    rollouts,
    decisions = true,
    actions = false,
    basePath = '',
    title = 'AppConfig',
    lookEveryMs = 5000,
    clock = systemClock,
  } = options
  refuseUnless(
    typeof authorize === 'function',
    `authorize must be a function, got ${quoted(authorize)}. Whoever opens the page learns what every tenant gets, so give a function that answers true for people who may: (request) => request.user?.isOperator === true`,
  )
  for (const [name, value] of Object.entries({ values, loadTenants, decisions, actions }))
    refuseUnless(typeof value === 'boolean', `${name} must be true or false, got ${quoted(value)}`)
  refuseUnless(
    !actions || deployments?.stop !== undefined,
    'actions needs deployments that can be stopped. Give deployments: controlPlane(client)',
  )
  refuseUnless(
    rollouts === undefined || typeof rollouts?.list === 'function',
    'rollouts must be an object with a function list, which answers plans, labels and cells',
  )
  refuseUnless(
    typeof basePath === 'string' && /^(?:\/[^/?#\s]+)*$/.test(basePath),
    `basePath must be a path such as /console, without a slash at its end, got ${quoted(basePath)}`,
  )
  refuseUnless(typeof title === 'string', `title must be a text, got ${quoted(title)}`)
  refuseUnless(
    Number.isFinite(lookEveryMs) && lookEveryMs >= 100,
    `lookEveryMs must be a number from 100, got ${quoted(lookEveryMs)}`,
  )
  return {
    authorize,
    values,
    loadTenants,
    deployments,
    rollouts,
    decisions,
    actions,
    basePath,
    title,
    lookEveryMs,
    clock,
  }
}

function refuseUnless(isRight: boolean, problem: string): void {
  if (!isRight) throw new OptionsError('OPTIONS_INVALID', `consoleRouter(): ${problem}`)
}
