/**
 * What is answered to whom may ask.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AppConfigClient, isAppConfigError } from '@appconfig-kit/core'
import type { WatchedDecisions } from './decisions/watched-decisions.ts'
import { compare } from './explaining/compare.ts'
import { explain } from './explaining/explain.ts'
import { readSubject, readSubjects, UnreadableError } from './explaining/read-subject.ts'
import type { Live } from './http/live.ts'
import { readBody } from './http/read-body.ts'
import { answerJson } from './http/respond.ts'
import type { LoadTenant } from './loads.ts'
import type { Access, Settings } from './options.ts'
import { stateOf } from './state.ts'
import type { WatchedList } from './watched-list.ts'
import type { DeploymentAction, Refusal, ShownDeployment, ShownRollout } from './wire.ts'

/** What routes work with. */
export interface RoutePorts {
  readonly client: AppConfigClient<unknown>
  readonly settings: Omit<Settings<never>, 'authorize'>
  readonly deployments: WatchedList<ShownDeployment>
  readonly rollouts: WatchedList<ShownRollout>
  readonly decisions: WatchedDecisions
  readonly live: Live
  readonly loadTenant: LoadTenant
}

/** A request that was authorized, and its answer. */
export interface Route {
  readonly method: 'GET' | 'POST'
  readonly access: Access
  run(request: IncomingMessage, response: ServerResponse, ports: RoutePorts): Promise<void> | void
}

/** The routes by their paths. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [
    '/state',
    {
      method: 'GET',
      access: 'look',
      async run(_request, response, { client, settings, deployments, rollouts, decisions }) {
        const [seenDeployments, seenRollouts] = await Promise.all([deployments.seen(), rollouts.seen()])
        const seen = { deployments: seenDeployments, rollouts: seenRollouts, decisions: decisions.seen() }
        answerJson(response, 200, stateOf(client, settings, seen))
      },
    },
  ],
  ['/events', { method: 'GET', access: 'look', run: (_request, response, { live }) => live.open(response) }],
  [
    '/explain',
    {
      method: 'POST',
      access: 'look',
      async run(request, response, { client, settings }) {
        const subjects = readSubjects(await readBody(request))
        try {
          answerJson(response, 200, compare(subjects.map((subject) => explain(client, subject, settings))))
        } catch (error) {
          if (!isAppConfigError(error)) throw error
          refuse(response, 422, { code: error.code, message: error.problem })
        }
      },
    },
  ],
  ['/load', { method: 'POST', access: 'look', run: load }],
  ['/deployments', { method: 'POST', access: 'act', run: act }],
])

async function load(
  request: IncomingMessage,
  response: ServerResponse,
  { settings, loadTenant }: RoutePorts,
): Promise<void> {
  if (!settings.loadTenants)
    return refuse(response, 405, { code: 'NOT_ALLOWED', message: 'This console loads no tenants.' })
  const refusal = await loadTenant(readSubject(await readBody(request)))
  if (refusal) refuse(response, refusal.code === 'TOO_MANY' ? 429 : 422, refusal)
  else answerJson(response, 200, {})
}

async function act(
  request: IncomingMessage,
  response: ServerResponse,
  { settings, deployments }: RoutePorts,
): Promise<void> {
  const stop = settings.actions ? settings.deployments?.stop?.bind(settings.deployments) : undefined
  if (stop === undefined)
    return refuse(response, 405, { code: 'NOT_ALLOWED', message: 'This console is for looking only.' })
  const { id, action } = (await readBody(request)) as { readonly id?: unknown; readonly action?: unknown }
  if (typeof id !== 'string' || !isAction(action))
    throw new UnreadableError('It takes the id of a deployment, and stop or revert.')
  try {
    await stop(id, action)
  } catch (error) {
    return refuse(response, 409, {
      code: (error as Error).name,
      message: error instanceof Error ? error.message : 'It failed.',
    })
  } finally {
    void deployments.look()
  }
  answerJson(response, 200, {})
}

function isAction(action: unknown): action is DeploymentAction {
  return action === 'stop' || action === 'revert'
}

/** Answers why it was not done. */
export function refuse(response: ServerResponse, status: number, refusal: Refusal): void {
  answerJson(response, status, refusal)
}
