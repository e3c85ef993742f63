/**
 * Which part of the console a request asks for.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** The path below the console, such as `/state`; undefined for one that is not below it. */
export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>, basePath: string): string | undefined {
  const [path = ''] = url.split('?', 1)
  if (basePath === '') return path
  // As it was sent: whoever mounts it has decided by the same text.
  return path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined
}

/**
 * Where the page is to be asked for with a slash at its end, without which its script and style would be looked for
 * one level above; undefined where there is one.
 */
export function withSlash({
  url = '',
  originalUrl = url,
}: Pick<IncomingMessage, 'url'> & { readonly originalUrl?: string }): string | undefined {
  const [path = ''] = originalUrl.split('?', 1)
  if (path.endsWith('/')) return undefined
  // Relative, and never taken for another host.
  return `./${path.slice(path.lastIndexOf('/') + 1)}/`
}
