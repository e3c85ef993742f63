/**
 * Decisions in the words of OpenTelemetry's semantic conventions for feature flags.
 *
 * Source: semantic-conventions, docs/feature-flags/feature-flags-events.md at 01d94504, a release candidate.
 *
 * @module
 */
import { attributesOf } from '../usage/observe-usage.ts'
import type { FlagDecision } from './flag-decision.ts'

/** The name of the event. */
export const EVALUATION = 'feature_flag.evaluation'

/** The name that OpenFeature's telemetry gives our provider, too. */
const PROVIDER = 'appconfig-kit'

/**
 * The attributes of a decision: for a log record, or for a span that one flag decides about. Without its value.
 *
 * A flag without variants is told as the variant `on` or `off`.
 *
 * @example
 * client.on('decision', (decision) => trace.getActiveSpan()?.setAttributes(decisionAttributes(decision)))
 */
export function decisionAttributes(decision: FlagDecision): Record<string, string> {
  const { flag, enabled, variant = stateName(enabled), reason, document, version, tenant } = decision
  return {
    'feature_flag.key': flag,
    ...(variant !== undefined && { 'feature_flag.result.variant': variant }),
    'feature_flag.result.reason': reason,
    'feature_flag.provider.name': PROVIDER,
    ...(document !== undefined && version !== undefined && attributesOf({ ...document, version })),
    ...(tenant !== undefined && { 'feature_flag.context.id': tenant }),
    ...(reason === 'error' && { 'error.type': 'flag_not_found' }),
  }
}

function stateName(enabled: boolean | undefined): string | undefined {
  if (enabled === undefined) return undefined
  return enabled ? 'on' : 'off'
}
