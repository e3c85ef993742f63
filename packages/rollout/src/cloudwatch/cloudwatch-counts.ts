/**
 * Counts of a gate from CloudWatch.
 *
 * @module
 */
import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { CountedInterval, CountsQuery, CountsSource, VersionCounts } from '../gate/counts.ts'
import { metricOfWatch } from '../metrics/metric-of-watch.ts'
import { MetricsError } from '../metrics/metrics-error.ts'
import { ask, type Client } from './ask.ts'
import { type Period, periodOf } from './period.ts'

/** Options of {@link cloudWatchCounts}. */
export interface CloudWatchCountsOptions {
  /** The namespace that `emfLines` was given. @default 'appconfig-kit' */
  readonly namespace?: string | undefined
  /**
   * Milliseconds since the epoch: what is old is kept by CloudWatch for longer periods only.
   *
   * @default Date.now
   */
  readonly now?: (() => number) | undefined
}

/** A metric of a version that is asked for. */
interface Asked {
  readonly version: string
  readonly metric: string
  readonly query: MetricDataQuery
}

/** What GetMetricData takes at once. */
const MOST_QUERIES = 500

/**
 * A source of counts that reads the metrics of `emfLines` by GetMetricData, minute by minute. Its role needs
 * `cloudwatch:GetMetricData`.
 *
 * A minute for which neither version has the metric `requests` is left out. The source rejects with a
 * `MetricsError` when CloudWatch does not answer, or not all.
 *
 * @example
 * const counts = cloudWatchCounts(new CloudWatchClient())
 */
export function cloudWatchCounts(
  client: Client,
  { namespace = 'appconfig-kit', now = Date.now }: CloudWatchCountsOptions = {},
): CountsSource {
  return async function countsOfCloudWatch(query, signal) {
    const period = periodOf(query.fromMs, query.toMs, now())
    if (period.startMs >= period.endMs) return []
    const asked = askedOf(query, namespace, period.seconds)
    const sums: Sums = new Map(asked.map(({ query: { Id = '' } }) => [Id, new Map()]))
    for (let at = 0; at < asked.length; at += MOST_QUERIES) {
      await addSums(sums, client, asked.slice(at, at + MOST_QUERIES), period, signal)
    }
    return intervalsOf(asked, sums, query)
  }
}

function askedOf(
  { application, environment, profile, before, after, watches }: CountsQuery,
  Namespace: string,
  Period: number,
): Asked[] {
  const versions = before === undefined || before === after ? [after] : [before, after]
  const metrics = new Set(['requests', ...watches.map(metricOfWatch)])
  const pairs = versions.flatMap((version) => [...metrics].map((metric) => ({ version, metric })))
  return pairs.map(({ version, metric }, at) => {
    const Dimensions = Object.entries({ application, environment, profile, version }).map(
      ([Name, Value]) => ({
        Name,
        Value,
      }),
    )
    const MetricStat = { Metric: { Namespace, MetricName: metric, Dimensions }, Period, Stat: 'Sum' }
    return { version, metric, query: { Id: `m${at}`, MetricStat, ReturnData: true } }
  })
}

/** By id of the query: the sum by the time at which an interval begins, in milliseconds. */
type Sums = Map<string, Map<number, number>>

async function addSums(
  sums: Sums,
  client: Client,
  asked: readonly Asked[],
  { startMs, endMs }: Period,
  signal: AbortSignal,
): Promise<void> {
  let NextToken: string | undefined
  const missing = new Set(asked.map(({ query }) => query.Id))
  do {
    const command = new GetMetricDataCommand({
      MetricDataQueries: asked.map(({ query }) => query),
      StartTime: new Date(startMs),
      EndTime: new Date(endMs),
      ScanBy: 'TimestampAscending',
      NextToken,
    })
    const page = await ask('GetMetricData', signal, () => client.send(command, { abortSignal: signal }))
    for (const { Id = '', StatusCode, Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
      const found = sums.get(Id)
      // PartialData says that more comes with the next page; without one it never does.
      const isWhole =
        StatusCode === 'Complete' || (StatusCode === 'PartialData' && page.NextToken !== undefined)
      if (!isWhole || found === undefined || Timestamps.length !== Values.length) throw inPart(StatusCode)
      missing.delete(Id)
      for (const [at, time] of Timestamps.entries()) found.set(time.getTime(), Values[at] ?? 0)
    }
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  if (missing.size > 0) throw inPart('without a metric')
}

function inPart(how = 'without a status'): MetricsError {
  return new MetricsError('METRICS_UNREADABLE', `CloudWatch answered GetMetricData in part only (${how}).`)
}

function intervalsOf(
  asked: readonly Asked[],
  sums: Sums,
  { before, after, watches }: CountsQuery,
): CountedInterval[] {
  const sumsOf = (version: string, metric: string): ReadonlyMap<number, number> | undefined => {
    const found = asked.find((each) => each.version === version && each.metric === metric)
    return sums.get(found?.query.Id ?? '')
  }
  const times = new Set<number>()
  for (const { metric, query } of asked) {
    if (metric === 'requests') for (const time of sums.get(query.Id ?? '')?.keys() ?? []) times.add(time)
  }
  const countsAt = (version: string | undefined, time: number): VersionCounts => {
    const sumAt = (metric: string) => (version === undefined ? undefined : sumsOf(version, metric)?.get(time))
    const requests = sumAt('requests') ?? 0
    const events: Record<string, number> = {}
    for (const watch of watches) {
      const sum = sumAt(metricOfWatch(watch)) ?? (requests === 0 ? 0 : undefined)
      if (sum !== undefined) events[watch] = sum
    }
    return { requests, events }
  }
  return [...times]
    .sort((one, other) => one - other)
    .map((time) => ({ before: countsAt(before, time), after: countsAt(after, time) }))
}
