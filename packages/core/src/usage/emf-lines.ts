/**
 * Usage as lines for CloudWatch: its Embedded Metric Format.
 *
 * Source: the CloudWatch user guide, "Specification: Embedded metric format".
 *
 * @module
 */
import type { AppConfigClient } from '../client/app-config-client.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { Usage } from './usage.ts'

/** Options of {@link emfLines}. */
export interface EmfOptions {
  /** The namespace of the metrics. @default 'appconfig-kit' */
  readonly namespace?: string
  /** The time of the lines. @default systemClock */
  readonly clock?: Pick<Clock, 'now'>
}

const DIMENSIONS = ['application', 'environment', 'profile']
const NUMBERS = ['requests', 'failed', 'slow', 'aborted'] as const

/**
 * @returns a function that gives a line of JSON for each version of each document: what was counted since it was called
 * last. Call it once a minute and write the lines where the CloudWatch agent or Lambda takes logs from. Numbers that
 * are zero are there, too: an alarm needs them.
 *
 * Each metric has the dimensions application, environment and profile, with and without the version: an alarm can watch
 * a document whatever its version is.
 * @example
 * const lines = emfLines(client)
 * setInterval(() => { for (const line of lines()) console.log(line) }, 60_000).unref()
 */
export function emfLines(
  client: Pick<AppConfigClient, 'usage'>,
  { namespace = 'appconfig-kit', clock = systemClock }: EmfOptions = {},
): () => string[] {
  let before = new Map<string, Usage>()
  return function linesSinceLast() {
    const now = new Map(client.usage().map((usage) => [keyOf(usage), usage]))
    const lines = [...now].map(([key, usage]) =>
      JSON.stringify(lineOf(usage, before.get(key), namespace, clock.now())),
    )
    before = now
    return lines
  }
}

function lineOf(usage: Usage, before: Usage | undefined, namespace: string, nowMs: number): object {
  const { application, environment, profile, version, events } = usage
  const numbers: Record<string, number> = {}
  for (const name of NUMBERS) numbers[name] = usage[name] - (before?.[name] ?? 0)
  for (const [name, count] of Object.entries(events))
    numbers[`event.${name}`] = count - (before?.events[name] ?? 0)
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [DIMENSIONS, [...DIMENSIONS, 'version']],
          Metrics: Object.keys(numbers).map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    application,
    environment,
    profile,
    version,
    ...numbers,
  }
}

function keyOf({ application, environment, profile, version }: Usage): string {
  return JSON.stringify([application, environment, profile, version])
}
