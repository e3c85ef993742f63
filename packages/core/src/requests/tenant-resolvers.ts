/**
 * Ready-made ways to tell whose request it is.
 *
 * Each is only as trustworthy as what it reads, and says so. The safest resolver is your own, from
 * what your authentication found out: `tenant: (req) => req.auth.tenant`.
 *
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http'
import { OptionsError, quoted } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'

/** What these resolvers look at; Node's, Express's, Koa's and Fastify's requests all have it. */
export interface RequestLike {
  readonly method?: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly url?: string | undefined
  /** The whole path where `url` is only what a router left of it. */
  readonly originalUrl?: string | undefined
}

export type TenantResolver = (request: RequestLike) => string | null | undefined

/** What all of these take. */
export interface ResolverOptions {
  /**
   * Whether a CORS preflight has a tenant, too. A browser sends those without the headers and cookies of
   * the request they are for; where the proxy, the host or the path tells all the same, say `true`.
   *
   * @default false: none, like any request without a tenant
   */
  readonly preflights?: boolean
}

export interface TrustedHeaderOptions extends ResolverOptions {
  /** Say `true` once a proxy sets this header on every request, whatever the client sent. */
  readonly setByTrustedProxy: true
}

/**
 * The tenant id from a header.
 *
 * Any client can send any header: a proxy you trust (API gateway, mesh, load balancer) must set it
 * on every request and drop what came in. Without that, every client chooses its tenant.
 *
 * @throws {OptionsError} unless told that a trusted proxy sets it.
 */
export function tenantFromHeader(header: string, options: TrustedHeaderOptions): TenantResolver {
  if (options?.setByTrustedProxy !== true) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `tenantFromHeader(${quoted(header)}): any client can send this header. Let a proxy you trust set it, then say so: { setByTrustedProxy: true }`,
    )
  }
  refuseUnknownOptions('tenantFromHeader()', options, ['setByTrustedProxy', 'preflights'])
  const name = header.toLowerCase()
  return exceptPreflights(options, function tenantFromTrustedHeader({ headers }) {
    const value = headers[name]
    // Sent twice: one of them is not the proxy's.
    return Array.isArray(value) ? undefined : value
  })
}

export interface SubdomainOptions extends ResolverOptions {
  /** What stands behind the tenant: `example.com` for `tenant-01.example.com`. */
  readonly baseDomain: string
}

/**
 * The tenant id from the host name: `tenant-01.example.com`.
 *
 * A client can send any Host header: check that who is logged in belongs to the tenant, or let
 * your load balancer route by certificate and host name. `X-Forwarded-Host` is not looked at.
 */
export function tenantFromSubdomain(options: SubdomainOptions): TenantResolver {
  refuseUnknownOptions('tenantFromSubdomain()', options, ['baseDomain', 'preflights'])
  const { baseDomain } = options
  const suffix = `.${withoutRootDot(baseDomain.toLowerCase())}`
  return exceptPreflights(options, function tenantFromHost({ headers }) {
    // HTTP/2 has the host in a header of its own.
    const authority = (headers[':authority'] as string | undefined) ?? headers.host
    const host = authority && withoutRootDot(authority.toLowerCase().replace(/:\d*$/, ''))
    const label = host?.endsWith(suffix) ? host.slice(0, -suffix.length) : undefined
    return label && !label.includes('.') ? label : undefined
  })
}

export interface PathOptions extends ResolverOptions {
  /**
   * Whether the segments around `:tenant` must be written as in the pattern. Routes of Express and Koa
   * do not mind, unless told to. The tenant's own case always counts.
   *
   * @default false
   */
  readonly caseSensitive?: boolean
}

/**
 * The tenant id from the path: `/t/:tenant` for `/t/tenant-01/search`.
 *
 * A client can ask for any path: check, before anything is answered, that who is logged in
 * belongs to the tenant.
 *
 * @param pattern segments from the start of the path, one of which is `:tenant`.
 */
export function tenantFromPath(pattern: string, options: PathOptions = {}): TenantResolver {
  refuseUnknownOptions('tenantFromPath()', options, ['caseSensitive', 'preflights'])
  const { caseSensitive = false } = options
  const asCompared = (segment: string): string => (caseSensitive ? segment : segment.toLowerCase())
  const wanted = segments(pattern)
  const position = wanted.indexOf(':tenant')
  if (position < 0) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `tenantFromPath(${quoted(pattern)}): one segment must be :tenant, as in /t/:tenant`,
    )
  }
  return exceptPreflights(options, function tenantFromUrl({ originalUrl, url }) {
    const path = segments(pathOf(originalUrl ?? url ?? '/'))
    const isMatch = wanted.every(
      (segment, at) => at === position || asCompared(segment) === asCompared(path[at] ?? ''),
    )
    return isMatch ? decoded(path[position]) : undefined
  })
}

function exceptPreflights({ preflights = false }: ResolverOptions, resolve: TenantResolver): TenantResolver {
  return (request) => (!preflights && isPreflight(request) ? null : resolve(request))
}

function isPreflight({ method, headers }: RequestLike): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

/** `example.com.` is the same host as `example.com`. */
function withoutRootDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host
}

/** A proxy's client writes the whole URL as its target: `GET http://example.com/t/tenant-01`. */
function pathOf(target: string): string {
  return target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] as string
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
