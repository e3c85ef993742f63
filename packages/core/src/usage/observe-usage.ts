/**
 * Usage as metrics of OpenTelemetry.
 *
 * @module
 */
import type { AppConfigClient } from '../client/app-config-client.ts'
import type { Usage } from './usage.ts'

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

type Observe = Parameters<ObserveCallback>[0]['observe']

const COUNTERS = {
  'appconfig_kit.requests': {
    description: 'Requests, by the version of each document that configured them',
    unit: '{request}',
    of: (usage: Usage, observe: Observe) => observe(usage.requests, attributesOf(usage)),
  },
  'appconfig_kit.requests.failed': {
    description: 'Requests that were answered with a status of 500 and more',
    unit: '{request}',
    of: (usage: Usage, observe: Observe) => observe(usage.failed, attributesOf(usage)),
  },
  'appconfig_kit.requests.slow': {
    description: 'Requests that took telemetry.slowMs or longer',
    unit: '{request}',
    of: (usage: Usage, observe: Observe) => observe(usage.slow, attributesOf(usage)),
  },
  'appconfig_kit.requests.aborted': {
    description: 'Requests whose client went away before the end',
    unit: '{request}',
    of: (usage: Usage, observe: Observe) => observe(usage.aborted, attributesOf(usage)),
  },
  'appconfig_kit.events': {
    description: 'Events of the application: telemetry.events',
    unit: '{event}',
    of: (usage: Usage, observe: Observe) => {
      for (const [name, count] of Object.entries(usage.events))
        observe(count, { ...attributesOf(usage), 'appconfig_kit.event': name })
    },
  },
} as const

/**
 * Shows the usage of a client as observable counters of OpenTelemetry. Nothing is added to a request: the counts are
 * read when metrics are collected.
 *
 * Attributes: `feature_flag.set.id`, which is `application/environment/profile`, and `feature_flag.version`, by the
 * semantic conventions of feature flags; of events also `appconfig_kit.event`.
 *
 * @returns a function that ends it.
 * @example
 * const stop = observeUsage(client, metrics.getMeter('api'))
 */
export function observeUsage(client: Pick<AppConfigClient, 'usage'>, meter: MeterLike): () => void {
  const stops = Object.entries(COUNTERS).map(([name, { of, ...options }]) => {
    const counter = meter.createObservableCounter(name, options)
    const callback: ObserveCallback = (result) => {
      for (const usage of client.usage()) of(usage, result.observe.bind(result))
    }
    counter.addCallback(callback)
    return () => counter.removeCallback(callback)
  })
  return function stop() {
    for (const end of stops) end()
  }
}

function attributesOf({ application, environment, profile, version }: Usage): Record<string, string> {
  return {
    'feature_flag.set.id': `${application}/${environment}/${profile}`,
    'feature_flag.version': version,
  }
}
