/**
 * The subject of an execution context: an HTTP request, or one message.
 *
 * Only this module knows how Nest's kinds of context differ.
 *
 * @module
 */
import type { ArgumentsHost } from '@nestjs/common'
import type { AppConfigMessage, NestRequest } from './app-config.options.ts'

/** A message, and the object that identifies it. */
export interface KeyedMessage extends AppConfigMessage {
  readonly key: object
}

/** Either a request or a message. */
export type Subject =
  | { readonly request: NestRequest; readonly message?: undefined }
  | { readonly request?: undefined; readonly message: KeyedMessage }

/** The request or message of a context. */
export function subjectOf(host: ArgumentsHost): Subject {
  const args: unknown[] = host.getArgs()
  switch (host.getType<'http' | 'rpc' | 'ws' | 'graphql'>()) {
    case 'http':
      return { request: args[0] as NestRequest }
    case 'graphql':
      return graphqlSubject(args)
    case 'rpc': {
      const [data, context] = args
      return { message: { type: 'rpc', data, context, key: firstObject(context, data) ?? args } }
    }
    case 'ws': {
      const [context, data] = args
      // A connection sends many messages, so the client can't be the key. For a payload that is no object,
      // Nest shares nothing between phases but this list, among guards and interceptors.
      return { message: { type: 'ws', data, context, key: firstObject(data) ?? args } }
    }
  }
}

/** Node's own request, also where Fastify has wrapped it. */
export function rawRequest(request: NestRequest): object {
  const raw: unknown = request['raw']
  return typeof raw === 'object' && raw !== null ? raw : request
}

/** Whether all phases of a message have the same key; see `ws` above. */
export function hasSharedKey({ type, data, key }: KeyedMessage): boolean {
  return type !== 'ws' || key === data
}

function graphqlSubject([, data, context, info]: unknown[]): Subject {
  const { operation, variableValues } = info as GraphqlInfo
  if (operation?.operation === 'subscription') {
    // The request of the context is the connection's, and may be much older than this call.
    return { message: { type: 'subscription', data, context, key: firstObject(info) ?? {} } }
  }
  const request = httpRequest(context)
  if (request && !isConnection(request)) return { request }
  // Drivers may have one context for all operations. The values of the variables are made for each.
  return { message: { type: 'graphql', data, context, key: firstObject(variableValues, info) ?? {} } }
}

/** The part of `GraphQLResolveInfo` that is used. Its own type would have to be installed by all users. */
interface GraphqlInfo {
  readonly operation?: { readonly operation?: string }
  readonly variableValues?: object
}

/**
 * Whether a request opened a WebSocket, which may have been hours ago: Node's own, one of Fastify, which
 * `@fastify/websocket` marks, or what graphql-ws knows of the connection.
 */
export function isConnection(request: NestRequest): boolean {
  const { ws, connectionInitReceived } = request
  const { upgrade } = rawRequest(request) as { upgrade?: unknown }
  return ws === true || upgrade === true || typeof connectionInitReceived === 'boolean'
}

/** Where the GraphQL drivers put the request: Apollo as `req`, Mercurius behind `reply`. */
function httpRequest(context: unknown): NestRequest | undefined {
  const { req, request, reply } = (context ?? {}) as {
    req?: unknown
    request?: unknown
    reply?: { request?: unknown }
  }
  return firstObject(req, request, reply?.request) as NestRequest | undefined
}

function firstObject(...values: unknown[]): object | undefined {
  return values.find((value) => typeof value === 'object' && value !== null) as object | undefined
}
