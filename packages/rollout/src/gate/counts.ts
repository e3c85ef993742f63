/**
 * Where the counts of a gate come from: a function of the caller's, such as one that asks a store of metrics.
 *
 * @module
 */

/** What a gate asks: how requests fared on two versions of a document in one environment. */
export interface CountsQuery {
  /** As the plan writes them. The metrics must have the same words. */
  readonly application: string
  readonly environment: string
  readonly profile: string
  /** The label of the version that is rolled out. */
  readonly after: string
  /** The label of the version before; undefined where there is none, or where it has no label. */
  readonly before: string | undefined
  /** When the deployment started, in milliseconds since the epoch. */
  readonly fromMs: number
  /** The time of the question, in milliseconds since the epoch. */
  readonly toMs: number
  /**
   * The names of the plan's watches. By convention `errors` are failed requests, `slow` are slow ones, and any
   * other name is an event that the application counts.
   */
  readonly watches: readonly string[]
}

/** What is known of one version in an interval. */
export interface VersionCounts {
  readonly requests: number
  /** By the name of the watch. One that is missing is not known for this interval, which is not the same as 0. */
  readonly events: Readonly<Record<string, number>>
}

/** An interval, such as a minute, in which both versions met the same traffic. */
export interface CountedInterval {
  readonly before: VersionCounts
  readonly after: VersionCounts
}

/**
 * Answers with what was counted since the deployment started, whole intervals only, in any order. Asked again
 * at each step, from the start: nothing is lost with a process.
 *
 * A rejection never takes a version back: the wave waits until the counts can be read.
 *
 * @param signal aborted when the answer is no longer waited for.
 */
export type CountsSource = (query: CountsQuery, signal: AbortSignal) => Promise<readonly CountedInterval[]>
