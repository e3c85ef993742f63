/**
 * Usage as metrics of OpenTelemetry.
 *
 * @module
 */
import type { AppConfigClient } from '../client/app-config-client.ts'
import type { SideUsage, Usage } from './usage.ts'

/** The part of OpenTelemetry's `Meter` that is used: its package is not needed to compile this. */
export interface MeterLike {
  createObservableCounter(
    name: string,
    options: { readonly description: string; readonly unit: string },
  ): ObservableLike
}

/** The part of an observable counter that is used. */
export interface ObservableLike {
  addCallback(callback: ObserveCallback): void
  removeCallback(callback: ObserveCallback): void
}

/** Called at each collection. */
export type ObserveCallback = (result: {
  observe(value: number, attributes: Readonly<Record<string, string>>): void
}) => void

const REQUESTS = '{request}'

/** By metric: what it says, and the number of a version that it is. */
const COUNTERS = [
  ['appconfig_kit.requests', 'requests', 'Requests, by the version of each document that configured them'],
  ['appconfig_kit.requests.failed', 'failed', 'Requests that were answered with a status of 500 and more'],
  ['appconfig_kit.requests.slow', 'slow', 'Requests that took telemetry.slowMs or longer'],
  ['appconfig_kit.requests.aborted', 'aborted', 'Requests whose client went away before the end'],
] as const

/**
 * Shows the usage of a client as observable counters of OpenTelemetry. Nothing is added to a request: the counts are
 * read when metrics are collected.
 *
 * Attributes: `feature_flag.set.id`, which is `application/environment/profile`, and `feature_flag.version`, by the
 * semantic conventions of feature flags; of events also `appconfig_kit.event`; of requests that `flagged` answered,
 * `feature_flag.key` and `appconfig_kit.side`.
 *
 * @returns a function that ends it.
 * @example
 * const stop = observeUsage(client, metrics.getMeter('api'))
 */
export function observeUsage(client: Pick<AppConfigClient, 'usage'>, meter: MeterLike): () => void {
  const stops = COUNTERS.map(([name, number, description]) =>
    observed(meter, name, { description, unit: REQUESTS }, (result) => {
      for (const usage of client.usage()) result.observe(usage[number], attributesOf(usage))
    }),
  )
  const events = { description: 'Events of the application: telemetry.events', unit: '{event}' }
  stops.push(
    observed(meter, 'appconfig_kit.events', events, (result) => {
      for (const usage of client.usage())
        for (const [name, count] of Object.entries(usage.events))
          result.observe(count, { ...attributesOf(usage), 'appconfig_kit.event': name })
    }),
  )
  const sides = {
    description:
      'Requests that flagged answered, by flag and side; those with a status of 500 and more are failed',
    unit: REQUESTS,
  }
  stops.push(
    observed(meter, 'appconfig_kit.flagged.requests', sides, (result) =>
      observeSides(client, result, 'requests'),
    ),
    observed(meter, 'appconfig_kit.flagged.failed', sides, (result) =>
      observeSides(client, result, 'failed'),
    ),
  )
  return function stop() {
    for (const end of stops) end()
  }
}

function observeSides(
  client: Pick<AppConfigClient, 'usage'>,
  result: Parameters<ObserveCallback>[0],
  number: keyof SideUsage,
): void {
  for (const usage of client.usage())
    for (const [flag, both] of Object.entries(usage.sides))
      for (const side of ['old', 'new'] as const)
        result.observe(both[side][number], {
          ...attributesOf(usage),
          'feature_flag.key': flag,
          'appconfig_kit.side': side,
        })
}

/** @returns a function that ends it. */
function observed(
  meter: MeterLike,
  name: string,
  options: Parameters<MeterLike['createObservableCounter']>[1],
  callback: ObserveCallback,
): () => void {
  const counter = meter.createObservableCounter(name, options)
  counter.addCallback(callback)
  return () => counter.removeCallback(callback)
}

/** The attributes of a document at a version. */
export function attributesOf({
  application,
  environment,
  profile,
  version,
}: Pick<Usage, 'application' | 'environment' | 'profile' | 'version'>): Record<string, string> {
  return {
    'feature_flag.set.id': `${application}/${environment}/${profile}`,
    'feature_flag.version': version,
  }
}
