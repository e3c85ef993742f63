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
  const before = { requests: 0, events: 0 }
  const after = { requests: 0, events: 0 }
  for (const look of looks) {
    before.requests += look.before.requests
    before.events += look.before.events
    after.requests += look.after.requests
    after.events += look.after.events
  }
  return { before, after }
}

/** Events for each request; 0 without requests. */
export function rateOf({ requests, events }: Counts): number {
  return requests === 0 ? 0 : events / requests
}
