/**
 * Whether a request for data comes from the page itself.
 *
 * A page of another site can make a browser send requests, with the cookies of whoever uses it. Browsers say so:
 * by `Sec-Fetch-Site`, by `Origin`, and by asking first before they send a header that a form cannot have. Together
 * they hold also where the application allows other origins by CORS.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** The header of requests that ask for more than the page. */
export const OWN_HEADER = 'x-appconfig-console'

/** Whether another site may have caused it. */
export function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  // `none`: typed into the address bar.
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin } = headers
  if (origin === undefined) return false
  // The scheme is not compared: behind a proxy that ends TLS it is another one.
  return !URL.canParse(origin) || new URL(origin).host !== headers.host
}

/** Whether it may be obeyed: the page sends JSON and a header of its own. */
export function isFromPage(request: IncomingMessage): boolean {
  const type = request.headers['content-type'] ?? ''
  return !isForeign(request) && request.headers[OWN_HEADER] === '1' && /^application\/json(?:;|$)/i.test(type)
}
