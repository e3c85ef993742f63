/**
 * Protection against requests of web pages.
 *
 * A page in the user's browser can reach loopback. Its requests are recognised by their `Origin`, by the
 * browser's fetch metadata and, if the page made its own name resolve to loopback, by the `Host`. There are
 * no CORS headers either: no page may read an answer.
 *
 * @module
 */
import { isIP } from 'node:net'

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1']
const EVERY_ADDRESS = ['0.0.0.0', '::']

/** Why a request is refused, or `undefined` if it is not. */
export type Guard = (headers: Readonly<Record<string, string>>) => string | undefined

/**
 * Makes the guard of a server.
 *
 * @param boundHost the host the server is bound to. A server bound to every address answers any literal
 * address, which a page cannot have as its own name, but no foreign name.
 * @param allowedHosts further names it goes by, such as a container's.
 */
export function createGuard(boundHost: string, allowedHosts: readonly string[]): Guard {
  const names = new Set([...LOOPBACK_NAMES, boundHost, ...allowedHosts].map((name) => name.toLowerCase()))
  const anyAddress = EVERY_ADDRESS.includes(boundHost)

  return function guard(headers) {
    const host = headers['host'] ?? ''
    const name = hostNameOf(host)
    if (name === undefined || !(names.has(name) || (anyAddress && isIP(name) !== 0))) {
      return `Host '${host}' is not one of this server's names; start it with allowedHosts to add it.`
    }
    const origin = headers['origin']
    if (origin !== undefined && origin !== `http://${host}`) return `Origin '${origin}' is foreign.`
    const site = headers['sec-fetch-site']
    if (site === 'cross-site' || site === 'same-site') return `A request from a ${site} page is refused.`
    return undefined
  }
}

/** The name in a Host header, without port and brackets, in lower case. */
function hostNameOf(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@[\]]+))(?::\d+)?$/i.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}
