/**
 * The console: a page, its data, and who may have them.
 *
 * What callers may rely on:
 *  1. Nothing is answered before `authorize` has said true, not even whether a path exists.
 *  2. It only looks, unless told otherwise: nothing is loaded, stopped or reverted.
 *  3. No value of a document leaves, unless told otherwise.
 *  4. Requests for data are answered to the page itself, not to pages of other sites.
 *  5. While nobody has the page open it holds no timer, asks nothing and listens to no request.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppConfigClient, EventName } from '@appconfig-kit/core'
import { watchDecisions } from './decisions/watched-decisions.ts'
import { UnreadableError } from './explaining/read-subject.ts'
import { createLive } from './http/live.ts'
import { answer, answerNothing } from './http/respond.ts'
import { isForeign, isFromPage } from './http/same-origin.ts'
import { pathOf, withSlash } from './http/target.ts'
import { loadingTenants } from './loads.ts'
import { type ConsoleOptions, parseOptions, type Settings } from './options.ts'
import { readPageFiles } from './page-files.ts'
import { type Rollouts, shownRollout } from './rollouts/rollouts.ts'
import { ROUTES, type Route, type RoutePorts, refuse } from './routes.ts'
import { watchList } from './watched-list.ts'
import type { ShownRollout } from './wire.ts'

/** A request handler of Node, which Express mounts too. */
export interface ConsoleRouter<Request extends IncomingMessage = IncomingMessage> {
  (request: Request, response: ServerResponse): void
  /** Ends the streams of open pages, which a server that closes would wait for. */
  close(): void
}

/** Events of a client after which the page looks again. */
const EVENTS: readonly EventName[] = ['change', 'rejected', 'failure', 'stale', 'recovered']

/**
 * Makes the console of a client. Every request of it passes `authorize` first.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, above all without `authorize`.
 * @example
 * app.use('/console', consoleRouter(client, { authorize: (req) => req.headers['x-operator'] === 'yes' }))
 */
export function consoleRouter<Request extends IncomingMessage = IncomingMessage>(
  client: AppConfigClient<never> | AppConfigClient<unknown>,
  options: ConsoleOptions<Request>,
): ConsoleRouter<Request> {
  const settings = parseOptions(options)
  const files = readPageFiles()
  const { clock } = settings
  let stopListening: readonly (() => void)[] = []
  const live = createLive({
    clock,
    onFirst() {
      stopListening = EVENTS.map((name) => client.on(name, () => live.touch('documents')))
      for (const each of [deployments, rollouts, decisions]) each.watch()
    },
    onLast() {
      for (const stop of stopListening) stop()
      for (const each of [deployments, rollouts, decisions]) each.stop()
    },
  })
  const { list } = settings.deployments ?? {}
  const deployments = watchList('deployments', list?.bind(settings.deployments), settings, () =>
    live.touch('deployments'),
  )
  const rollouts = watchList('rollouts', listOfRollouts(settings.rollouts), settings, () =>
    live.touch('rollouts'),
  )
  const known = client as AppConfigClient<unknown>
  const decisions = watchDecisions(known, settings, () => live.touch('decisions'))
  const ports = {
    client: known,
    settings,
    deployments,
    rollouts,
    decisions,
    live,
    loadTenant: loadingTenants(known, clock),
  }

  async function handle(request: Request, response: ServerResponse): Promise<void> {
    const path = pathOf(request, settings.basePath)
    const route = path === undefined ? undefined : ROUTES.get(path)
    // To throw away what nobody reads, so that the connection can be used again.
    const refused = (status: number): void => {
      request.resume()
      answerNothing(response, status)
    }
    if (!(await isAuthorized(settings, request, route))) return refused(403)
    if (route) return run(route, request, response, ports)
    const file = files.get(path === '' ? '/' : (path ?? ''))
    if (file === undefined) return refused(404)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refused(405)
    const location = file === files.get('/') ? withSlash(request) : undefined
    if (location !== undefined) return answerNothing(response, 308, { Location: location })
    answer(response, 200, file.type, file.body)
  }

  return Object.assign(
    function consoleHandler(request: Request, response: ServerResponse): void {
      handle(request, response).catch((error) => fail(response, error))
    },
    { close: () => live.close() },
  )
}

function listOfRollouts(
  rollouts: Rollouts | undefined,
): (() => Promise<readonly ShownRollout[]>) | undefined {
  return rollouts && (async () => (await rollouts.list()).map(shownRollout))
}

async function isAuthorized<Request extends IncomingMessage>(
  { authorize }: Pick<Settings<Request>, 'authorize'>,
  request: Request,
  route: Route | undefined,
): Promise<boolean> {
  try {
    return (await authorize(request, route?.access ?? 'look')) === true
  } catch (error) {
    warn('CONSOLE_AUTHORIZE_FAILED', `refused a request, because authorize failed with ${nameOf(error)}`)
    return false
  }
}

async function run(
  { method, run: answerRoute }: Route,
  request: IncomingMessage,
  response: ServerResponse,
  ports: RoutePorts,
): Promise<void> {
  const isMeant = request.method === method && (method === 'GET' ? !isForeign(request) : isFromPage(request))
  if (!isMeant) {
    request.resume()
    return answerNothing(response, request.method === method ? 403 : 405)
  }
  await answerRoute(request, response, ports)
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  if (error instanceof UnreadableError) {
    refuse(response, 400, { code: 'UNREADABLE', message: error.message })
    return
  }
  warn('CONSOLE_FAILED', `could not answer a request: ${nameOf(error)}`)
  refuse(response, 500, { code: 'FAILED', message: `The console failed: ${nameOf(error)}.` })
}

function warn(code: string, what: string): void {
  process.emitWarning(`[appconfig-kit] the console ${what}`, { type: 'AppConfigKitWarning', code })
}

/** Not its message, which may hold anything. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
