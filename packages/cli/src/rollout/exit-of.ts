/**
 * How a rollout's last step ends the command.
 *
 * @module
 */
import { endOf, type Step } from '@appconfig-kit/rollout'
import type { ExitName } from '../exit-codes.ts'

/**
 * @param goal `back`: to be taken back is what was asked for.
 * @param once whether this was one step of many: what may pass is waited for by whoever calls again.
 */
export function exitOf(
  { outcome, left }: Pick<Step, 'outcome' | 'left'>,
  { goal, once }: { readonly goal: 'out' | 'back'; readonly once: boolean },
): ExitName {
  const { done, failed } = endOf({ outcome, left }, goal)
  // On the way back it matters most that something is left.
  if (left.length > 0 && (failed || !once)) return 'notTakenBack'
  if (failed) return outcome === 'refused' ? 'refused' : 'failed'
  if (outcome === 'unreachable') return 'unavailable'
  if (outcome === 'busy' && !once) return 'conflict'
  return done && outcome !== 'holding' ? 'ok' : 'waits'
}
