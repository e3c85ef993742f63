/**
 * What is counted of two versions that serve the same traffic.
 *
 * @module
 */

/** Requests of one version, and how many of them were counted as an event (failed, slow, a checkout). */
export interface Counts {
  readonly requests: number
  readonly events: number
}

/** One interval, such as a minute: both versions in the same time, at the same percentage. */
export interface Look {
  /** The version before. */
  readonly before: Counts
  /** The version that is rolled out. */
  readonly after: Counts
}

/** The sums over intervals. */
export function sumOf(looks: readonly Look[]): Look {
  const sum = (of: 'before' | 'after', count: 'requests' | 'events'): number =>
    looks.reduce((total, look) => total + look[of][count], 0)
  return {
    before: { requests: sum('before', 'requests'), events: sum('before', 'events') },
    after: { requests: sum('after', 'requests'), events: sum('after', 'events') },
  }
}

/** Events for each request; 0 without requests. */
export function rateOf({ requests, events }: Counts): number {
  return requests === 0 ? 0 : events / requests
}
