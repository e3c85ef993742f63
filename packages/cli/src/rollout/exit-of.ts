/**
 * How a rollout's last step ends the command.
 *
 * @module
 */
import type { Outcome, Step } from '@appconfig-kit/rollout'
import type { ExitName } from '../exit-codes.ts'

const EXIT_OF: Readonly<Record<Outcome, ExitName>> = {
  changed: 'waits',
  waiting: 'waits',
  holding: 'waits',
  busy: 'conflict',
  unreachable: 'unavailable',
  complete: 'ok',
  refused: 'refused',
  stopped: 'failed',
  'taken-back': 'failed',
  'not-taken-back': 'notTakenBack',
}

/**
 * @param goal `back`: to be taken back is what was asked for.
 * @param once whether this was one step of many: what may pass is waited for by whoever calls again.
 */
export function exitOf(
  { outcome, left }: Pick<Step, 'outcome' | 'left'>,
  { goal, once }: { readonly goal: 'out' | 'back'; readonly once: boolean },
): ExitName {
  if (outcome === 'taken-back' && goal === 'back') return 'ok'
  if (outcome === 'busy' && once) return 'waits'
  // On the way back it matters most that something is left.
  return left.length > 0 && !(once && outcome === 'waiting') ? 'notTakenBack' : EXIT_OF[outcome]
}
