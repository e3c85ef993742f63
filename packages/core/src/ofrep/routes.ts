/**
 * The paths of the protocol.
 *
 * @module
 */

/** Where flags are asked for: all of them, or one below it. */
export const EVALUATE_PATH = '/ofrep/v1/evaluate/flags'

/** Where the stream of changes is: the protocol leaves it to the answer to say so. */
export const STREAM_PATH = '/ofrep/v1/change-stream'

/** What is asked for. */
export type OfrepRoute =
  | { readonly kind: 'all' }
  | { readonly kind: 'one'; readonly key: string }
  | { readonly kind: 'stream' }

/** @param path without a query. Undefined for what is none of ours. */
export function routeOf(method: string | undefined, path: string): OfrepRoute | undefined {
  if (method === 'GET') return path === STREAM_PATH ? { kind: 'stream' } : undefined
  if (method !== 'POST' || !path.startsWith(EVALUATE_PATH)) return undefined
  const rest = path.slice(EVALUATE_PATH.length)
  if (rest === '' || rest === '/') return { kind: 'all' }
  return rest.startsWith('/') ? { kind: 'one', key: decoded(rest.slice(1)) } : undefined
}

/** Some providers encode the name of a flag, others do not. One that can't be decoded is no flag's. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** The protocol's part of the path of a URL, for frameworks that have found the route themselves. */
export function protocolPathOf(url: string): string {
  const [path = ''] = url.split('?', 1)
  return path.slice(Math.max(0, path.lastIndexOf('/ofrep/v1/')))
}

/** What stands before the protocol's path in the URL of a request. */
export function basePathOf(url: string): string {
  const [path = ''] = url.split('?', 1)
  const at = path.lastIndexOf('/ofrep/v1/')
  // Two slashes at the beginning would name another host.
  return at < 0 ? '' : path.slice(0, at).replace(/^\/+/, '/')
}
