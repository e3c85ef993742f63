/**
 * Faults, and how each is played.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { OperationTraits } from './operations.ts'

/** An answer, read whole. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What becomes of a call, and what becomes of the process meanwhile. Nothing given: nothing happens. */
export interface Trouble {
  /** Answered in AppConfig's place, unless it gives undefined. */
  readonly answer?: (call: IncomingMessage) => Reply | undefined
  /** What is made of the answer. The call did arrive. */
  readonly alter?: (reply: Reply) => Reply
  readonly cut?: 'before the answer' | 'reset in the body' | 'cut short' | 'held' | 'until released'
  /** What happens to everybody who connects. */
  readonly connection?: 'refused' | 'name unknown' | 'untrusted' | 'speaks plain HTTP' | 'speaks TLS'
  /** How many calls are hit. @default all */
  readonly times?: number
  /** How long the process does nothing, right after the answer was sent. */
  readonly blocksMs?: number
  /** Whether a call may be sent again at once, because AWS refused its signature. */
  readonly isSentAgain?: boolean
  /** How far the client's clock is set forward (or back). */
  readonly clockJumpMs?: number
}

/** A secret that is in every document, and never in an error, an event or a log. */
export const SECRET = 's3cret-value'
/** The largest document clients accept in these tests. */
export const MOST_DOCUMENT_BYTES = 10_000
/** The time-out of a call, in the cells that wait for it. */
export const SHORT_TIMEOUT_MS = 800

const DAY_MS = 86_400_000
const SKEW_MS = 3 * 3_600_000

/** How each fault of the table is played, for an operation of these traits. */
export const TROUBLES: Readonly<Record<string, (traits: OperationTraits) => Trouble>> = {
  'no answer within the time-out': () => ({ cut: 'held' }),
  '400, the token expired': () => tokenProblem('Expired', 1),
  '400, the token is corrupted': () => tokenProblem('Corrupted', 1),
  '400, every token is corrupted': () => tokenProblem('Corrupted'),
  '400, polled too early': () => tokenProblem('PollIntervalNotSatisfied'),
  '400, for another reason': (traits) => status(400, 'BadRequestException', traits),
  'status 401': (traits) => status(401, 'UnrecognizedClientException', traits),
  'status 403': (traits) => status(403, 'AccessDeniedException', traits),
  'status 404': (traits) => status(404, 'ResourceNotFoundException', traits),
  'status 429': (traits) => status(429, 'ThrottlingException', traits),
  'status 500': (traits) => status(500, 'InternalServerException', traits),
  'status 503': (traits) => status(503, 'ServiceUnavailableException', traits),
  '502, with the page of a proxy': () => page(502),
  '200, with the page of a proxy': () => page(200),
  'a redirect to elsewhere': () => ({
    answer: () => ({ status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: Buffer.from('') }),
  }),
  'connection refused': () => ({ connection: 'refused' }),
  'reset before the answer': () => ({ cut: 'before the answer' }),
  'reset in the body': () => ({ cut: 'reset in the body' }),
  'body cut short': () => ({ cut: 'cut short' }),
  'the name is unknown (DNS)': () => ({ connection: 'name unknown' }),
  'the certificate is not trusted (TLS)': () => ({ connection: 'untrusted' }),
  'plain HTTP where TLS is due': () => ({ connection: 'speaks plain HTTP' }),
  'TLS where plain HTTP is due': () => ({ connection: 'speaks TLS' }),
  'wrong content type': () => ({ alter: withHeader('content-type', 'text/html') }),
  'empty body': () => ({ alter: (reply) => ({ ...reply, body: Buffer.alloc(0) }) }),
  'document too large': (traits) => withBody(traits, (value) => [value, 'x'.repeat(MOST_DOCUMENT_BYTES)]),
  'invalid JSON': () => ({ alter: (reply) => ({ ...reply, body: Buffer.from(`{"a": "${SECRET}`) }) }),
  'against the schema': (traits) => withBody(traits, () => `${SECRET}-too-hot`),
  'another version than is served': (traits) => withBody(traits, () => 77),
  'poll interval of 0': () => ({ alter: withHeader(INTERVAL, '0') }),
  'poll interval of text': () => ({ alter: withHeader(INTERVAL, 'soon') }),
  'poll interval of a year': () => ({ alter: withHeader(INTERVAL, String(365 * 86_400)) }),
  'no next token': () => ({ alter: withHeader('next-poll-configuration-token', undefined) }),
  'clock set forward by a day': () => ({ clockJumpMs: DAY_MS }),
  'clock set back by a day': () => ({ clockJumpMs: -DAY_MS }),
  'clock 3 hours behind AWS': () => ({ answer: refuseSkewed, isSentAgain: true }),
  'process blocked beyond the time-out': () => ({ blocksMs: SHORT_TIMEOUT_MS + 100, times: 1 }),
}

/** The answer to a token that is no longer good. */
export const LOST: Reply = jsonReply(400, 'BadRequestException', problemOf('Expired'))

const INTERVAL = 'next-poll-interval-in-seconds'

function tokenProblem(Problem: string, times = Number.POSITIVE_INFINITY): Trouble {
  return { answer: () => jsonReply(400, 'BadRequestException', problemOf(Problem)), times }
}

function problemOf(Problem: string): object {
  return {
    Reason: 'InvalidParameters',
    Details: { InvalidParameters: { ConfigurationToken: { Problem } } },
  }
}

function status(code: number, errorType: string, { source }: OperationTraits): Trouble {
  const isAgent = source.startsWith('agent')
  const text = { status: code, headers: { 'content-type': 'text/plain' }, body: Buffer.from(SECRET) }
  return { answer: () => (isAgent ? text : jsonReply(code, errorType)) }
}

function jsonReply(code: number, errorType: string, members: object = {}): Reply {
  return {
    status: code,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': `${errorType}:` },
    body: Buffer.from(JSON.stringify({ Message: 'played', ...members })),
  }
}

function page(code: number): Trouble {
  const body = Buffer.from(`<html><body>${SECRET}</body></html>`)
  return { answer: () => ({ status: code, headers: { 'content-type': 'text/html' }, body }) }
}

/** A document of the operation's form, in which the number that is told apart is something else. */
function withBody({ answer }: OperationTraits, change: (value: number) => unknown): Trouble {
  return {
    alter(reply) {
      // An empty body says that nothing has changed; what is wrong stays wrong.
      const document = JSON.parse(reply.body.toString() || '{}') as Record<string, unknown>
      const value = change(1)
      const flag = { enabled: true, _variant: 'oneClick', limit: value }
      const changed =
        answer === 'flag'
          ? flag
          : answer === 'hosted version'
            ? { ...document, values: { checkout: { enabled: true, limit: value } } }
            : { ...document, value }
      return { ...reply, body: Buffer.from(JSON.stringify(changed)) }
    },
  }
}

function withHeader(name: string, value: string | undefined): NonNullable<Trouble['alter']> {
  return ({ headers: { [name]: _replaced, ...headers }, ...reply }) => ({
    ...reply,
    headers: value === undefined ? headers : { ...headers, [name]: value },
  })
}

/** As AWS: a signature that is more than five minutes off is refused, and the answer has the right time. */
function refuseSkewed({ headers }: IncomingMessage): Reply | undefined {
  const nowMs = Date.now() + SKEW_MS
  const signed = String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')
  if (Math.abs(nowMs - Date.parse(signed)) <= 300_000) return undefined
  const { status: code, headers: answered, body } = jsonReply(403, 'InvalidSignatureException')
  return { status: code, headers: { ...answered, date: new Date(nowMs).toUTCString() }, body }
}
