/**
 * Ready-made tenant resolvers.
 *
 * Each is only as trustworthy as what it reads, and its description says so. The safest resolver is one of
 * your own that reads the result of your authentication: `tenant: (req) => req.auth.tenant`.
 *
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http'
import { OptionsError, quoted } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'

/**
 * The properties of a request that these resolvers read. The requests of Node, Express, Koa and Fastify have
 * them.
 */
export interface RequestLike {
  readonly method?: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly url?: string | undefined
  /** The whole path, where a router has cut `url`. */
  readonly originalUrl?: string | undefined
}

/**
 * A function that finds the tenant id of a request. Undefined: the request names none (`TENANT_MISSING`);
 * `null`: it needs none.
 */
export type TenantResolver = (request: RequestLike) => string | null | undefined

/** Options of all these resolvers. */
export interface ResolverOptions {
  /**
   * Whether CORS preflights have a tenant. A browser sends them without the headers and cookies of the
   * request they are for; if the proxy, the host or the path still names the tenant, give `true`.
   *
   * @default false: a preflight gets the layers that need no tenant
   */
  readonly preflights?: boolean
}

/** Options of {@link tenantFromHeader}. */
export interface TrustedHeaderOptions extends ResolverOptions {
  /** `true` confirms that a proxy sets this header on every request, whatever the client sent. */
  readonly setByTrustedProxy: true
}

/**
 * The tenant id from a header.
 *
 * Any client can send any header: a proxy you trust (API gateway, mesh, load balancer) must set it on every
 * request and drop what came in. Without that, every client chooses its tenant.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` without `setByTrustedProxy: true`.
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
    // Sent twice: one of the two does not come from the proxy.
    return Array.isArray(value) ? undefined : value
  })
}

/** Options of {@link tenantFromSubdomain}. */
export interface SubdomainOptions extends ResolverOptions {
  /** The part of the host name after the tenant: `example.com` for `tenant-01.example.com`. */
  readonly baseDomain: string
}

/**
 * The tenant id from the host name: `tenant-01.example.com`.
 *
 * A client can send any Host header: check that the authenticated user belongs to the tenant, or let your
 * load balancer route by certificate and host name. `X-Forwarded-Host` is ignored.
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

/** Options of {@link tenantFromPath}. */
export interface PathOptions extends ResolverOptions {
  /**
   * Whether the segments around `:tenant` must be written as in the pattern. Express and Koa ignore case by
   * default. The case of the tenant itself always counts.
   *
   * @default false
   */
  readonly caseSensitive?: boolean
}

/**
 * The tenant id from the path: `/t/:tenant` for `/t/tenant-01/search`.
 *
 * A client can ask for any path: check, before anything is answered, that the authenticated user belongs to
 * the tenant.
 *
 * @param pattern segments from the start of the path, one of which is `:tenant`.
 * @throws {OptionsError} `OPTIONS_INVALID` for a pattern without `:tenant`.
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
