/**
 * Decisions as log records of OpenTelemetry.
 *
 * @module
 */
import type { AppConfigClient } from '../client/app-config-client.ts'
import type { JsonValue } from '../json.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import { refuseUnless } from '../options/refuse-unless.ts'
import { decisionAttributes, EVALUATION } from './decision-attributes.ts'
import type { FlagDecision } from './flag-decision.ts'

/** A value of an attribute of a log record. */
export type LogValue = string | number | boolean | null | LogValue[] | { [key: string]: LogValue }

/** The part of OpenTelemetry's `Logger` that is used: its package is not needed to compile this. */
export interface LoggerLike {
  emit(record: { eventName: string; severityNumber?: number; attributes: { [name: string]: LogValue } }): void
  /** Whether a record would go anywhere. */
  enabled?(options: { eventName: string }): boolean
}

/** The part of OpenTelemetry's `Span` that is used. */
export interface SpanLike {
  addEvent(name: string, attributes: { [name: string]: string | number | boolean }): unknown
}

/** Options of {@link observeDecisions}. */
export interface ObserveDecisionsOptions {
  /** The most decisions that are exported in a second; what is beyond is dropped, counted and told. @default 100 */
  readonly maxPerSecond?: number
  /**
   * Whether values of flags are exported, where the client's option `telemetry.decisions.values` tells them. One that is
   * longer than 4096 characters as JSON is left out.
   *
   * @default false
   */
  readonly values?: boolean
  /**
   * The span of the request, which gets each decision as an event, too: for back ends that don't show log records beside
   * spans. Give `() => trace.getActiveSpan()`.
   *
   * @default none
   */
  readonly span?: () => SpanLike | undefined
}

const SECOND_MS = 1000
const LONGEST_VALUE = 4096
const WARN = 13

/**
 * Exports the decisions of a client as log records `feature_flag.evaluation`, by OpenTelemetry's semantic conventions.
 * Each is emitted while the request that asks is on, so that the SDK puts its trace on the record.
 *
 * What is dropped is told once a second, by a record `appconfig_kit.decisions.dropped`.
 *
 * @returns a function that ends it.
 * @throws {OptionsError} `OPTIONS_INVALID`.
 * @example
 * const stop = observeDecisions(client, logs.getLogger('api'))
 */
export function observeDecisions(
  client: Pick<AppConfigClient, 'on' | 'clock'>,
  logger: LoggerLike,
  options: ObserveDecisionsOptions = {},
): () => void {
  refuseUnknownOptions('observeDecisions() behind the logger', options, ['maxPerSecond', 'values', 'span'])
  const { maxPerSecond = 100, values = false, span } = options
  refuseUnless(
    Number.isInteger(maxPerSecond) && maxPerSecond >= 1,
    'maxPerSecond',
    'a whole number of at least 1',
    maxPerSecond,
  )
  refuseUnless(typeof values === 'boolean', 'values', 'true or false', values)
  refuseUnless(span === undefined || typeof span === 'function', 'span', 'a function', span)
  const { clock } = client
  let beganAtMs = Number.NEGATIVE_INFINITY
  let emitted = 0
  let dropped = 0
  let cancel = (): void => {}

  function isOneTooMany(): boolean {
    const sinceMs = clock.now() - beganAtMs
    // A clock may be set back.
    if (sinceMs >= SECOND_MS || sinceMs < 0) {
      beganAtMs = clock.now()
      emitted = 0
    }
    if (emitted++ < maxPerSecond) return false
    if (dropped++ === 0) cancel = clock.schedule(SECOND_MS, tellDropped)
    return true
  }
  function tellDropped(): void {
    cancel()
    if (dropped === 0) return
    const attributes = { 'appconfig_kit.dropped': dropped }
    dropped = 0
    try {
      logger.emit({ eventName: 'appconfig_kit.decisions.dropped', severityNumber: WARN, attributes })
    } catch {
      // Thrown by a timer, it would end the process.
    }
  }
  const off = client.on('decision', (decision) => {
    const isLogged = logger.enabled?.({ eventName: EVALUATION }) ?? true
    const current = span?.()
    if ((!isLogged && current === undefined) || isOneTooMany()) return
    const attributes = decisionAttributes(decision)
    const value = values ? shortValueOf(decision) : undefined
    current?.addEvent(EVALUATION, { ...attributes, ...(value !== undefined && { [VALUE]: plain(value) }) })
    if (isLogged)
      logger.emit({
        eventName: EVALUATION,
        attributes: { ...attributes, ...(value !== undefined && { [VALUE]: value }) },
      })
  })
  return function stop() {
    off()
    tellDropped()
  }
}

const VALUE = 'feature_flag.result.value'

/** A copy: what is configured is frozen, and an SDK may change what it is given. */
function shortValueOf({ value }: FlagDecision): LogValue | undefined {
  if (value === undefined) return undefined
  const text = JSON.stringify(value satisfies JsonValue)
  return text.length > LONGEST_VALUE ? undefined : JSON.parse(text)
}

/** Attributes of spans are texts, numbers and booleans. */
function plain(value: LogValue): string | number | boolean {
  return typeof value === 'object' ? JSON.stringify(value) : value
}
