/**
 * Counts of a gate from a Prometheus server.
 *
 * @module
 */
import { RolloutError } from '../errors.ts'
import type { CountsSource } from '../gate/counts.ts'
import { ask } from './ask.ts'
import { intervalsOf } from './increments.ts'
import { pointsOf } from './points.ts'
import { readAnswer } from './read-answer.ts'
import { selectorOf } from './selector.ts'

/** Options of {@link prometheusCounts}. */
export interface PrometheusOptions {
  /** Of the server, with the path before `/api/v1`, if any: `https://prometheus.example.com`. No credentials. */
  readonly url: string
  /** Sent with each request: `{ authorization: 'Bearer …' }`. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** For a proxy, or certificates of your own. @default the platform's */
  readonly fetch?: typeof globalThis.fetch | undefined
  /**
   * The length of an interval, in whole seconds. Not shorter than what lies between two scrapes; longer where a
   * deployment has more than 1440 of them.
   *
   * @default 60
   */
  readonly intervalSeconds?: number | undefined
}

const MAX_BYTES = 64 * 1024 * 1024
const DAY_SECONDS = 86_400

/**
 * A source of counts that reads what `observeUsage` counts, by way of OpenTelemetry's exporter for Prometheus.
 *
 * It asks for the counters as they are, in one request, and takes the differences itself: so it is exact where
 * `increase()` guesses. The source rejects with a `MetricsError` when Prometheus does not answer, or not all.
 *
 * @throws {RolloutError} `OPTION_INVALID`
 * @example
 * const counts = prometheusCounts({ url: 'https://prometheus.example.com' })
 */
export function prometheusCounts({
  url,
  headers = {},
  fetch = globalThis.fetch,
  intervalSeconds = 60,
}: PrometheusOptions): CountsSource {
  const endpoint = endpointOf(url)
  if (!Number.isInteger(intervalSeconds) || intervalSeconds < 1 || intervalSeconds > DAY_SECONDS) {
    throw invalid(`intervalSeconds must be a whole number from 1 to ${DAY_SECONDS}`)
  }
  return async function countsOfPrometheus(query, signal) {
    const points = pointsOf(query.fromMs, query.toMs, intervalSeconds * 1000)
    const { fromMs, stepMs, intervals } = points
    if (intervals === 0) return []
    const asked = new URL(endpoint)
    asked.searchParams.set('query', selectorOf(query))
    asked.searchParams.set('start', String(fromMs / 1000))
    asked.searchParams.set('end', String((fromMs + intervals * stepMs) / 1000))
    asked.searchParams.set('step', String(stepMs / 1000))
    const answer = await ask({ url: asked, headers, fetch, signal, maxBytes: MAX_BYTES })
    return intervalsOf(readAnswer(answer, points), intervals, query)
  }
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw invalid('url must be an http(s) URL')
  // They would be in every message that names the URL.
  if (url.username !== '' || url.password !== '') {
    throw invalid('url must have no user and password: give headers.authorization instead')
  }
  if (url.search !== '' || url.hash !== '') throw invalid('url must end with its path')
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query_range`
  return url
}

function invalid(what: string): RolloutError {
  return new RolloutError('OPTION_INVALID', `prometheusCounts: ${what}.`)
}
