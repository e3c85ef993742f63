/**
 * The way of every request: guard, record, members, fault, operation, answer.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { settled } from '../deployments/ticks.ts'
import { AppConfigServiceError, payloadTooLarge } from '../errors.ts'
import type { State } from '../store/state.ts'
import type { CallRecorder, Target } from '../testing/calls.ts'
import type { Fault, FaultBox } from '../testing/faults.ts'
import { readBody } from './body.ts'
import { type FailureForm, failureOf, failureOfFault } from './failures.ts'
import { membersOf, type Operation, type Parts, type Reply } from './operation.ts'
import { send, sendTruncated } from './respond.ts'
import type { Guard } from './safety.ts'
import { targetOf } from './target.ts'

type LocalContext = Context<{ Bindings: HttpBindings }>

/** What a server answers with; two of them share all but the operations and the form of errors. */
export interface Dispatcher {
  readonly operations: readonly Operation[]
  readonly state: State
  readonly recorder: CallRecorder
  readonly faultBox: FaultBox
  readonly guard: Guard
  readonly failureForm: FailureForm
}

/** Makes the HTTP application of these operations. */
export function createHttpApplication(dispatcher: Dispatcher): Hono<{ Bindings: HttpBindings }> {
  const { operations, guard, failureForm } = dispatcher
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(async (context, next) => {
    const refusal = guard(headersOf(context.env.incoming))
    return refusal === undefined ? next() : context.text(`${refusal}\n`, 403)
  })
  for (const operation of operations) {
    app.on(operation.method, routeOf(operation), (context) => dispatch(dispatcher, operation, context))
  }
  app.onError((error, context) => send(context.env.outgoing, failureForm(failureOf(error))))
  app.notFound((context) => dispatch(dispatcher, UNKNOWN, context))
  return app
}

/** AWS's way of writing a path in the HTTP library's. An ARN may hold slashes. */
function routeOf({ path }: Operation): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, member) =>
    member === 'ResourceArn' ? `:${member}{.+}` : `:${member}`,
  )
}

const UNKNOWN: Operation = {
  name: 'Unknown',
  method: 'GET',
  path: '/*',
  run() {
    throw new AppConfigServiceError('UnknownOperationException', 'The local AppConfig has no such operation.')
  },
}

async function dispatch(
  dispatcher: Dispatcher,
  operation: Operation,
  context: LocalContext,
): Promise<Response> {
  const { state, recorder, faultBox, failureForm } = dispatcher
  const { incoming, outgoing } = context.env
  // Room for bodies that are a little too large, so that the error can name their size.
  const read = await readBody(incoming, state.settings.maxContentBytes + 1_048_576)
  const parts: Parts = {
    path: context.req.param(),
    query: new URL(context.req.url).searchParams,
    headers: headersOf(incoming),
    body: 'body' in read ? read.body : new Uint8Array(),
  }
  const members = attempt(() => {
    if ('body' in read) return membersOf(operation, parts)
    throw payloadTooLarge(read.tooLargeBytes, state.settings.maxContentBytes)
  })
  const target = targetOf(state, members.value)
  const decided = recorder.arrived(callOf(operation, context, parts, target, state.clock.now()))

  const fault = faultBox.hit(operation.name, target)
  if (fault?.latencyMs !== undefined) await sleep(fault.latencyMs)
  if (fault && endsUnanswered(fault, context)) {
    decided(undefined)
    return RESPONSE_ALREADY_SENT
  }
  const failure = fault && failureOfFault(fault)
  const reply = failure ? failureForm(failure) : await replyOf()
  decided(reply.status)
  return fault?.truncate ? sendTruncated(outgoing, reply) : send(outgoing, reply)

  async function replyOf(): Promise<Reply> {
    try {
      await settled(state)
      const contentLost = fault?.body !== undefined || fault?.truncate === true
      const answer = await operation.run(state, members.get(), { contentLost })
      state.commit()
      return fault?.body === undefined ? answer : spoilt(answer, fault.body)
    } catch (error) {
      return failureForm(failureOf(error))
    }
  }
}

function endsUnanswered(fault: Fault, { env }: LocalContext): boolean {
  if (fault.drop) env.incoming.socket.destroy()
  return fault.drop === true || fault.hang === true
}

function spoilt(reply: Reply, body: string | Uint8Array): Reply {
  return { status: reply.status, headers: reply.headers ?? {}, content: Buffer.from(body) }
}

function callOf(
  { name }: Operation,
  { env, req }: LocalContext,
  { headers }: Parts,
  target: Target,
  atMs: number,
): Parameters<CallRecorder['arrived']>[0] {
  const [path = '', rawQuery = ''] = (env.incoming.url ?? '').split(/\?(.*)/s)
  return { operation: name, method: req.method, path, rawQuery, headers, target, atMs }
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    if (value) headers[name] = value.join(', ')
  }
  return headers
}

/** Runs now, complains later: a request that cannot be read is recorded all the same. */
function attempt<T>(work: () => T): { readonly value: T | undefined; get(): T } {
  try {
    const value = work()
    return { value, get: () => value }
  } catch (error) {
    return {
      value: undefined,
      get() {
        throw error
      },
    }
  }
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs).unref()
  })
}
