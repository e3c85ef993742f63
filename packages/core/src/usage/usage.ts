/**
 * Counts of requests, by document and version.
 *
 * A request adds one to the version of each document that it was configured by and whose name is written in the
 * options. Documents with computed names are not counted: there may be 10,000 tenants. So the number of series is that
 * of the written names, times four versions, whoever asks for what.
 *
 * @module
 */
import { type DocumentId, documentKey } from '../sources/source.ts'
import type { TelemetrySettings } from './options.ts'

/** What was counted of one version of one document since the start, or since it was first served. */
export interface Usage {
  readonly application: string
  readonly environment: string
  readonly profile: string
  /**
   * The version's label, or its revision where it has none; `none`: requests that got no configuration (503), or
   * `defaults` in place of one; `other`: requests for versions that were no longer among the newest three.
   */
  readonly version: string
  readonly requests: number
  /** Those answered with a status of 500 and more, also where the client did not wait for the end. */
  readonly failed: number
  /** Those that took `slowMs` or longer. */
  readonly slow: number
  /** Those whose client went away before the end, and that had not failed. */
  readonly aborted: number
  /** By name, each event of the option `telemetry`. */
  readonly events: Readonly<Record<string, number>>
  /** By flag and side, the requests that `flagged` answered. */
  readonly sides: Readonly<Record<string, FlagSides>>
}

/** The requests that each side of a flag answered. */
export interface FlagSides {
  readonly old: SideUsage
  readonly new: SideUsage
}

/** Those of one side. */
export interface SideUsage {
  readonly requests: number
  /** Those answered with a status of 500 and more. */
  readonly failed: number
}

/** How a request ended. */
export interface Outcome {
  readonly status: number
  /** Whether the answer was sent whole. */
  readonly isFinished: boolean
  readonly tookMs: number
  /** The sides of flags that answered it; undefined for none. */
  readonly sides?: readonly { readonly flag: string; readonly side: 'old' | 'new' }[] | undefined
}

/** The name of a document, without what belongs to one tenant. */
export type CountedDocument = Pick<DocumentId, 'application' | 'environment' | 'profile'>

/** One version of one document; `into`: where requests that still hold it are counted once it is no longer kept. */
interface Count {
  readonly document: CountedDocument
  readonly version: string
  requests: number
  failed: number
  slow: number
  aborted: number
  readonly events: number[]
  readonly sides: Map<string, Record<'old' | 'new', { requests: number; failed: number }>>
  into: Count | undefined
}

/** The counts that a configuration adds to. */
export type Counts = readonly Count[]

/** Counts of one client. */
export interface UsageCounter {
  /** Whether this is an event that the options declare. */
  isEvent(name: string): boolean
  /** The counts of these documents at these versions: to be kept with what they are of. */
  countsOf(versions: readonly { readonly document: CountedDocument; readonly version: string }[]): Counts
  addRequest(counts: Counts, outcome: Outcome): void
  addEvent(counts: Counts, name: string): void
  all(): readonly Usage[]
}

export const NO_VERSION = 'none'
const OTHER_VERSIONS = 'other'
const NEWEST_KEPT = 3
/** An environment may be computed from what a client sends. */
const MOST_DOCUMENTS = 1000

/** Makes counts that are all zero. */
export function createUsageCounter({
  slowMs,
  events,
}: Pick<TelemetrySettings, 'slowMs' | 'events'>): UsageCounter {
  /** By document: its counts by version, in the order in which they were first served. */
  const documents = new Map<string, Map<string, Count>>()
  const places = new Map(events.map((name, at) => [name, at]))

  function countOf(document: CountedDocument, version: string): Count | undefined {
    const key = documentKey(document)
    let versions = documents.get(key)
    if (versions === undefined) {
      if (documents.size >= MOST_DOCUMENTS) return undefined
      versions = new Map()
      documents.set(key, versions)
    }
    let count = versions.get(version)
    if (count === undefined) {
      count = emptyCount(document, version, events.length)
      versions.set(version, count)
      if (version !== NO_VERSION) joinOldest(versions, document)
    }
    return count
  }

  function joinOldest(versions: Map<string, Count>, document: CountedDocument): void {
    const named = [...versions.values()].filter(
      ({ version }) => version !== NO_VERSION && version !== OTHER_VERSIONS,
    )
    const [oldest] = named
    if (oldest === undefined || named.length <= NEWEST_KEPT) return
    let other = versions.get(OTHER_VERSIONS)
    if (other === undefined) {
      other = emptyCount(document, OTHER_VERSIONS, events.length)
      versions.set(OTHER_VERSIONS, other)
    }
    // Its numbers end with it: added to the others they would be counted twice by whoever reads differences.
    oldest.into = other
    versions.delete(oldest.version)
  }

  return {
    isEvent: (name) => places.has(name),
    countsOf: (versions) => versions.flatMap(({ document, version }) => countOf(document, version) ?? []),
    addRequest(counts, { status, isFinished, tookMs, sides }) {
      const isFailed = status >= 500
      for (const each of counts) {
        const count = each.into ?? each
        count.requests++
        if (isFailed) count.failed++
        else if (!isFinished) count.aborted++
        if (tookMs >= slowMs) count.slow++
        if (sides !== undefined) addSides(count, sides, isFailed)
      }
    },
    addEvent(counts, name) {
      const at = places.get(name)
      if (at === undefined) return
      for (const each of counts) {
        const { events: numbers } = each.into ?? each
        numbers[at] = (numbers[at] as number) + 1
      }
    },
    all: () =>
      [...documents.values()].flatMap((versions) =>
        [...versions.values()].map(
          ({ document, version, requests, failed, slow, aborted, events: numbers, sides }) => ({
            ...document,
            version,
            requests,
            failed,
            slow,
            aborted,
            events: Object.fromEntries(events.map((name, at) => [name, numbers[at] as number])),
            sides: Object.fromEntries(
              [...sides].map(([flag, { old, new: next }]) => [flag, { old: { ...old }, new: { ...next } }]),
            ),
          }),
        ),
      ),
  }
}

function emptyCount(
  { application, environment, profile }: CountedDocument,
  version: string,
  eventCount: number,
): Count {
  return {
    document: { application, environment, profile },
    version,
    requests: 0,
    failed: 0,
    slow: 0,
    aborted: 0,
    events: new Array<number>(eventCount).fill(0),
    sides: new Map(),
    into: undefined,
  }
}

/** Names of flags stand in the code of the application: there are no more of them than it has routes. */
function addSides(count: Count, sides: NonNullable<Outcome['sides']>, isFailed: boolean): void {
  for (const { flag, side } of sides) {
    let both = count.sides.get(flag)
    if (both === undefined) {
      both = { old: { requests: 0, failed: 0 }, new: { requests: 0, failed: 0 } }
      count.sides.set(flag, both)
    }
    both[side].requests++
    if (isFailed) both[side].failed++
  }
}
