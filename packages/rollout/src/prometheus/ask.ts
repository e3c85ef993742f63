/**
 * One question to Prometheus' HTTP API.
 *
 * @module
 */
import { MetricsError, type MetricsErrorCode } from '../metrics/metrics-error.ts'

/** A GET request, and what it may bring. */
export interface Question {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
  readonly maxBytes: number
}

/**
 * The JSON that Prometheus answers.
 *
 * @throws {MetricsError}
 */
export async function ask(question: Question): Promise<unknown> {
  const { url, headers, fetch, signal } = question
  // Without what it asks for: the query is long.
  const where = `Prometheus at ${url.origin}${url.pathname}`
  let response: Response
  let text: string | undefined
  try {
    // A redirect would take the headers elsewhere.
    response = await fetch(url, {
      headers: { ...headers, accept: 'application/json' },
      redirect: 'error',
      signal,
    })
    text = await readText(response, question)
  } catch (error) {
    if (error instanceof MetricsError) throw error
    const why = signal.aborted ? 'did not answer in time' : 'could not be reached, or redirects'
    throw new MetricsError('METRICS_UNAVAILABLE', `${where} ${why}.`, { cause: error })
  }
  const { status } = response
  const answer = parsed(text)
  if (status !== 200) {
    const type = errorTypeOf(answer)
    throw new MetricsError(
      codeOf(status),
      `${where} answered ${status}${type === undefined ? '' : ` (${type})`}${adviceOn(status)}.`,
    )
  }
  if (answer === undefined) {
    throw new MetricsError(
      'METRICS_UNREADABLE',
      `${where} answered something other than JSON. Is it the URL of Prometheus?`,
    )
  }
  return answer
}

async function readText(response: Response, { url, maxBytes }: Question): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) {
      const message = `Prometheus at ${url.origin}${url.pathname} answered more than ${maxBytes} bytes. Give a longer intervalSeconds.`
      throw new MetricsError('METRICS_UNREADABLE', message)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `bad_data`, `timeout`, …: a word of Prometheus', never a text. */
function errorTypeOf(answer: unknown): string | undefined {
  const type = (answer as { readonly errorType?: unknown } | null | undefined)?.errorType
  return typeof type === 'string' && /^[a-z_]{1,30}$/.test(type) ? type : undefined
}

function codeOf(status: number): MetricsErrorCode {
  if (status === 401 || status === 403) return 'METRICS_DENIED'
  return status === 429 || status >= 500 ? 'METRICS_UNAVAILABLE' : 'METRICS_REFUSED'
}

function adviceOn(status: number): string {
  if (status === 401 || status === 403) return ': check its token'
  return status === 404 ? ': check its URL' : ''
}
