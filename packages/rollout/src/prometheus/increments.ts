/**
 * From counters, as they were at points in time, to what was counted between the points.
 *
 * Prometheus' own `increase()` is not used: it extrapolates, and it takes the first value of a new series for
 * where the series begins, so the first failures of a new version would be lost.
 *
 * @module
 */
import type { CountedInterval, CountsQuery, VersionCounts } from '../gate/counts.ts'
import { metricOfWatch } from '../metrics/metric-of-watch.ts'

/** A counter of one version in one process. */
export interface Series {
  /** The process that counts: its series are scraped together. */
  readonly process: string
  readonly version: string
  /** `requests`, or the metric of a watch. */
  readonly counter: string
  /** By point; a number that is none is one that could not be read. */
  readonly values: ReadonlyMap<number, number>
}

/** A process: its counters, and when it was scraped. */
interface Process {
  readonly counters: Map<string, ReadonlyMap<number, number>>
  readonly seen: Set<number>
  readonly unreadable: Set<number>
}

/**
 * What was counted of both versions in each interval in which any process was known.
 *
 * - A counter that is lower than before was reset: it counts from 0.
 * - A series that appears in a process that was known before counts from 0. So do those of a process that appears
 *   while another was known: it has just started.
 * - A process that was not known at the beginning of an interval, and had been before, or was the only one, says
 *   nothing about that interval: what it counted meanwhile has no time.
 * - A watch that a process does not count, of a version that has requests there, is not known in that interval.
 */
export function intervalsOf(
  series: readonly Series[],
  intervals: number,
  { before, after, watches }: Pick<CountsQuery, 'before' | 'after' | 'watches'>,
): CountedInterval[] {
  const processes = processesOf(series)
  const found: CountedInterval[] = []
  for (let to = 1; to <= intervals; to++) {
    const known = knownIn(processes, to)
    if (known.length === 0) continue
    found.push({
      before: countsOf(known, before, watches, to),
      after: countsOf(known, after, watches, to),
    })
  }
  return found
}

function processesOf(series: readonly Series[]): readonly Process[] {
  const processes = new Map<string, Process>()
  for (const { process: name, version, counter, values } of series) {
    let process = processes.get(name)
    if (process === undefined) {
      process = { counters: new Map(), seen: new Set(), unreadable: new Set() }
      processes.set(name, process)
    }
    process.counters.set(keyOf(version, counter), values)
    for (const [at, value] of values) (Number.isFinite(value) ? process.seen : process.unreadable).add(at)
  }
  for (const { seen, unreadable } of processes.values()) for (const at of unreadable) seen.delete(at)
  return [...processes.values()]
}

/** A process of which is known what it counted from the point before `to` on. */
interface Known {
  readonly process: Process
  /** Whether it began in this interval, so that all of it counts from 0. */
  readonly isNew: boolean
}

function knownIn(processes: readonly Process[], to: number): readonly Known[] {
  const isAnySeen = processes.some(({ seen }) => seen.has(to - 1))
  return processes.flatMap((process): Known[] => {
    if (!process.seen.has(to)) return []
    if (process.seen.has(to - 1)) return [{ process, isNew: false }]
    const isNew = isAnySeen && isFirst(process, to)
    return isNew ? [{ process, isNew }] : []
  })
}

function isFirst({ seen, unreadable }: Process, at: number): boolean {
  for (let earlier = 0; earlier < at; earlier++) {
    if (seen.has(earlier) || unreadable.has(earlier)) return false
  }
  return true
}

function countsOf(
  known: readonly Known[],
  version: string | undefined,
  watches: readonly string[],
  to: number,
): VersionCounts {
  let requests = 0
  const events = new Map(watches.map((watch) => [watch, 0]))
  if (version === undefined) return { requests, events: Object.fromEntries(events) }
  for (const each of known) {
    const added = incrementOf(each, keyOf(version, 'requests'), to) ?? 0
    requests += added
    for (const [watch, sum] of events) {
      const more = incrementOf(each, keyOf(version, metricOfWatch(watch)), to)
      if (more !== undefined) events.set(watch, sum + more)
      else if (added > 0) events.delete(watch)
    }
  }
  return { requests, events: Object.fromEntries(events) }
}

/** @returns undefined where the process has no such counter at the end of the interval. */
function incrementOf({ process, isNew }: Known, key: string, to: number): number | undefined {
  const values = process.counters.get(key)
  const now = values?.get(to)
  if (now === undefined) return undefined
  const then = isNew ? undefined : values?.get(to - 1)
  return then === undefined || now < then ? now : now - then
}

function keyOf(version: string, counter: string): string {
  return JSON.stringify([version, counter])
}
