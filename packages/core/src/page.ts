/**
 * For pages in a browser: nothing in here needs Node.
 *
 * @module
 */

/** Options for OpenFeature's web provider. */
export interface FirstPaintOptions {
  /** What a browser kept of an earlier visit may be old, or another tenant's. */
  readonly cacheMode: 'disabled'
  /** The page's own `fetch`, but for the first question. */
  readonly fetchImplementation: typeof fetch
}

/**
 * Lets OpenFeature's web provider start with what the page brought along, without asking the server: its first question is
 * answered by that, all others by the server.
 *
 * They go beside `baseUrl`: `new OFREPWebProvider({ baseUrl: location.origin, ...firstPaintOptions(element) })`.
 *
 * @param brought the element that holds what `firstPaint` gave, or its text. Where there is none, the server is asked.
 */
export function firstPaintOptions(
  brought: { readonly textContent: string | null } | string | null | undefined,
): FirstPaintOptions {
  let waiting = answerOf(typeof brought === 'string' ? brought : brought?.textContent)
  return {
    cacheMode: 'disabled',
    async fetchImplementation(input, init) {
      const answer = waiting
      const { pathname } = new URL(typeof input === 'object' && 'url' in input ? input.url : input)
      if (answer === undefined || !pathname.endsWith('/ofrep/v1/evaluate/flags')) return fetch(input, init)
      waiting = undefined
      return answer
    },
  }
}

function answerOf(text: string | null | undefined): Response | undefined {
  try {
    const { etag, ...answer } = JSON.parse(text ?? '')
    return new Response(JSON.stringify(answer), {
      headers: { 'Content-Type': 'application/json', ...(typeof etag === 'string' && { ETag: etag }) },
    })
  } catch {
    return undefined
  }
}
