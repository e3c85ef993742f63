/**
 * The protocol: OpenFeature's questions over HTTP, answered from the configuration that the request has.
 *
 * What callers may rely on:
 *  1. No flag is answered that is not on the list, and one that is not is answered as one that does not exist.
 *  2. Whose flags they are was decided before, by the adapter: nothing in a question names a tenant.
 *  3. The ETag of an answer changes if and only if the flags in it do.
 *
 * @module
 */
import type { AppConfigClient } from '../client/app-config-client.ts'
import { noteDecision } from '../decisions/watch.ts'
import { OptionsError } from '../errors.ts'
import type { RequestOptions } from '../requests/adapter-options.ts'
import { decidedBy } from '../requests/decisions.ts'
import { type AdapterTraits, configureRequests } from '../requests/request-config.ts'
import type { RequestLike } from '../requests/tenant-resolvers.ts'
import { scriptJson } from '../script-json.ts'
import type { RequestContext } from '../views/context.ts'
import { type Seen, seenWith } from '../views/seen.ts'
import { topKeyOf } from './answer-for.ts'
import { createChangeStreams } from './change-streams.ts'
import { createFlagAnswers } from './flag-answers.ts'
import { type OfrepOptions, readOfrepOptions } from './options.ts'
import { type Refusal, readContext } from './read-context.ts'
import { basePathOf, type OfrepRoute, routeOf, STREAM_PATH } from './routes.ts'
import type { StreamSink } from './stream-group.ts'

/** A request, as an adapter shows it. */
export interface OfrepRequest {
  /** What identifies it everywhere: Node's request, where there is one. */
  readonly key: object
  /** The path as the page wrote it, and the query. */
  readonly url: string
  /** By its name in lower case. */
  header(name: string): string | undefined
}

/** An answer for an adapter to send. */
export interface OfrepAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A text, or what begins a stream and returns a function to call when the page has gone. */
  readonly body: string | ((sink: StreamSink) => () => void)
}

/** The protocol over one client. */
export interface Ofrep<Request> {
  /** The most bytes of a body. */
  readonly maxBodyBytes: number
  /** What a request asks for, at this path or below the option `basePath`; undefined for what is none of ours. */
  routeOf(method: string | undefined, path: string): OfrepRoute | undefined
  /** Decides a request with the option `tenant`; without that it was decided before, by the adapter's middleware. */
  decide(request: Request, response?: unknown): unknown
  /**
   * Answers a request that has a configuration.
   *
   * @param readBody gives the text of the body, what a parser has made of it, or that it is too large.
   * @throws {WiringError} `MIDDLEWARE_MISSING`, `TENANT_NOT_KNOWN_YET`, `CLIENT_CONFLICT`.
   */
  answer(route: OfrepRoute, request: OfrepRequest, readBody: () => unknown): Promise<OfrepAnswer>
  /** See {@link FirstPaint}. */
  firstPaint(key: object): string
  /** Ends all streams. */
  close(): void
}

/** What the handlers of all adapters have besides. */
export interface FirstPaint<Request> {
  /**
   * What the protocol would answer this request, as the content of `<script type="application/json">`: the page starts
   * with it, and `firstPaintOptions` gives it to OpenFeature's web provider. Nothing in it ends the element: use it as it
   * is.
   *
   * @throws {WiringError} `MIDDLEWARE_MISSING` for a request without a configuration.
   */
  firstPaint(request: Request): string
}

const ASKING = 'ofrep()'

/** The options of an adapter's handler. */
export type OfrepHandlerOptions<Request> = OfrepOptions & Pick<RequestOptions<Request>, 'tenant' | 'context'>

/**
 * Reads the options of an adapter's handler.
 *
 * @param traits of the adapter's framework.
 * @throws {OptionsError} `OPTIONS_INVALID`, also without `expose`.
 */
export function createOfrep<Request extends RequestLike, Config>(
  ofConfig: AppConfigClient<Config>,
  { tenant, context, ...options }: OfrepHandlerOptions<Request>,
  traits: AdapterTraits<Request> = {},
): Ofrep<Request> {
  const client = ofConfig as AppConfigClient<unknown>
  const settings = readOfrepOptions(options, ['tenant', 'context'])
  if (context !== undefined && tenant === undefined)
    throw new OptionsError(
      'OPTIONS_INVALID',
      'ofrep() has the option context without tenant. Give both, or neither where appConfig() stands before it',
    )
  const own = tenant && configureRequests({ client, tenant, ...(context && { context }) }, traits)
  const { contextKeys, basePath, maxBodyBytes, changeStream: limits } = settings
  const answers = createFlagAnswers(settings)
  const streams = limits && createChangeStreams(client, answers.stampOf, limits)

  function bulkOf(seen: Seen, base: string, context: RequestContext): { etag: string; value: object } {
    const { flags, etag } = answers.all(seenIn(context, seen))
    if (limits === undefined) return { etag, value: { flags } }
    const requestUri = `${base}${STREAM_PATH}?since=${answers.stampOf(seen)}`
    const stream = {
      type: 'sse',
      endpoint: { requestUri },
      inactivityDelaySec: limits.inactivityDelaySeconds,
    }
    return { etag, value: { flags, eventStreams: [stream] } }
  }
  function stream({ key, url, header }: OfrepRequest): OfrepAnswer {
    const decision = decidedBy(client, key, ASKING)
    const { tenant, seen } = decision
    const refusal = streams === undefined ? undefined : streams.refusalFor(tenant)
    if (streams === undefined)
      return refused({ status: 404, errorCode: 'GENERAL', errorDetails: 'there is no stream' })
    if (refusal !== undefined) return refused(refusal === 'full' ? FULL : FULL_FOR_TENANT)
    decision.isStream = true
    const known = header('last-event-id') ?? new URLSearchParams(url.split('?')[1]).get('since') ?? undefined
    return { status: 200, headers: STREAM_HEADERS, body: (sink) => streams.open(tenant, seen, known, sink) }
  }

  return {
    maxBodyBytes,
    routeOf(method, path) {
      const isBelow = basePath !== undefined && path.startsWith(`${basePath}/`)
      return routeOf(method, isBelow ? path.slice(basePath.length) : path)
    },
    decide: (request, response) => own?.configFor(request, response),
    async answer(route, request, readBody) {
      const { seen } = decidedBy(client, request.key, ASKING)
      if (route.kind === 'stream') return stream(request)
      const named = route.kind === 'one' ? { key: route.key } : {}
      const read = readContext(await readBody(), contextKeys)
      if (read.refusal !== undefined) return refused(read.refusal, named)
      if (route.kind === 'one') {
        const own = seenIn(read.context, seen)
        const answer = answers.one(own, route.key)
        if (answer === undefined) return refused(NO_SUCH_FLAG, named)
        noteDecision(own, topKeyOf(own, route.key))
        return answered(200, answer)
      }
      const { etag, value } = bulkOf(seen, basePath ?? basePathOf(request.url), read.context)
      if (!isKnown(etag, request.header('if-none-match'))) return answered(200, value, { ETag: etag })
      return { status: 304, headers: { ...HEADERS, ETag: etag }, body: '' }
    },
    firstPaint(key) {
      const { etag, value } = bulkOf(decidedBy(client, key, ASKING).seen, basePath ?? '', {})
      return scriptJson({ etag, ...value })
    },
    close: () => streams?.close(),
  }
}

/** Without a context it is the request's own view, of which some flags may be decided. */
function seenIn(context: RequestContext, seen: Seen): Seen {
  return Object.keys(context).length === 0 ? seen : seenWith(seen, context)
}

/** Nothing of it is for a cache that others share, or for a page to be read as. */
const HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

/** Proxies are asked to hold nothing back, and to compress nothing. */
const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'Content-Type': 'text/event-stream',
  'X-Accel-Buffering': 'no',
}

const NO_SUCH_FLAG: Refusal = {
  status: 404,
  errorCode: 'FLAG_NOT_FOUND',
  errorDetails: 'there is no such flag',
}
const FULL: Refusal = { status: 503, errorCode: 'GENERAL', errorDetails: 'too many streams are open' }
const FULL_FOR_TENANT: Refusal = { ...FULL, status: 429 }

function refused({ status, errorCode, errorDetails }: Refusal, named: object = {}): OfrepAnswer {
  const isWorthARetry = status === 429 || status === 503
  return answered(status, { ...named, errorCode, errorDetails }, isWorthARetry ? RETRY : {})
}

const RETRY: Readonly<Record<string, string>> = { 'Retry-After': '30' }

function answered(
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): OfrepAnswer {
  const all = { ...HEADERS, 'Content-Type': 'application/json; charset=utf-8', ...headers }
  return { status, headers: all, body: JSON.stringify(value) }
}

/** Whether the page has this answer: `If-None-Match`, of which a proxy may have made tags weak. */
function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag)
}
