/**
 * Operations of an HTTP API, and reading their members from a request.
 *
 * The names are those of AWS's API model: members in Pascal case, bound to path, query, headers or body
 * exactly as its rest-json protocol binds them.
 *
 * @module
 */
import { badRequest, messageOf } from '../errors.ts'
import { isObject, type Members } from '../resources/members.ts'
import type { State } from '../store/state.ts'

/** An operation: its route, the bindings of its members, and what it does. */
export interface Operation {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With `{Member}` for what is taken out of it. */
  readonly path: string
  /** Query parameter by member. */
  readonly query?: Readonly<Record<string, string>>
  /** Header by member. */
  readonly headers?: Readonly<Record<string, string>>
  /** How the body is read: members in JSON, or raw as the member `Content`. */
  readonly body?: 'json' | 'content'
  readonly run: (state: State, members: Members, how: RunOptions) => Reply | Promise<Reply>
}

/** Circumstances of a call that change what an operation does. */
export interface RunOptions {
  /** A fault will keep the content from the client. */
  readonly contentLost: boolean
}

/** An HTTP answer before it is sent: JSON, bytes, or no body. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Answered as JSON. */
  readonly json?: unknown
  /** Answered as it is. */
  readonly content?: Uint8Array
}

/** A request, taken apart but not understood. */
export interface Parts {
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** These travel as text in paths, queries and headers. */
const INTEGERS = ['MaxResults', 'VersionNumber', 'DeploymentNumber', 'LatestVersionNumber']
const BOOLEANS = ['AllowRevert']
const LISTS = ['TagKeys', 'Flags']

/** The members of a request to an operation. */
export function membersOf(operation: Operation, parts: Parts): Members {
  const members: Record<string, unknown> = operation.body === 'json' ? { ...jsonOf(parts.body) } : {}
  if (operation.body === 'content' && parts.body.byteLength > 0) members['Content'] = parts.body
  for (const [member, name] of Object.entries(operation.query ?? {})) {
    const values = parts.query.getAll(name)
    if (values.length > 0) members[member] = LISTS.includes(member) ? values : typed(member, values[0] ?? '')
  }
  for (const [member, name] of Object.entries(operation.headers ?? {})) {
    const value = parts.headers[name.toLowerCase()]
    if (value !== undefined) members[member] = typed(member, fromHeader(value))
  }
  for (const [member, value] of Object.entries(parts.path)) members[member] = typed(member, value)
  return members
}

/** A header's text as the bytes Node sends for it: UTF-8, and nothing that would end the header. */
export function toHeader(value: string): string {
  const printable = value.replace(/\p{Cc}/gu, ' ')
  return Buffer.from(printable, 'utf8').toString('latin1')
}

function fromHeader(value: string): string {
  const decoded = Buffer.from(value, 'latin1').toString('utf8')
  return decoded.includes('\uFFFD') ? value : decoded
}

function typed(member: string, value: string): unknown {
  if (INTEGERS.includes(member)) return /^-?\d+$/.test(value) ? Number(value) : value
  if (BOOLEANS.includes(member)) return value === 'true'
  return value
}

function jsonOf(body: Uint8Array): Members {
  if (body.byteLength === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString())
  } catch (cause) {
    throw badRequest(`The request body is not JSON: ${messageOf(cause)}`)
  }
  if (!isObject(value)) throw badRequest('The request body must be a JSON object.')
  return value
}
