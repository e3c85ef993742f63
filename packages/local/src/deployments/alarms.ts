/**
 * CloudWatch alarms, as far as AppConfig sees them: by ARN and state.
 *
 * @module
 */
import type { AlarmState } from '../resources/entities.ts'
import { oneOf } from '../settings.ts'
import type { State } from '../store/state.ts'
import { settle } from './progress.ts'

/**
 * Puts an alarm into a state. A deployment that is in progress in an environment it monitors is
 * rolled back by `ALARM` and by `INSUFFICIENT_DATA`, also while extensions still have to be asked about what was
 * due before.
 *
 * @throws {LocalAppConfigError} `OPTION_INVALID` for a state that alarms do not have.
 */
export function setAlarm(state: State, arn: string, alarmState: AlarmState): void {
  oneOf('setAlarm', 'state', alarmState, ['OK', 'ALARM', 'INSUFFICIENT_DATA'])
  // Transitions that were due before the alarm happen first: a deployment that was complete stays complete.
  settle(state)
  state.alarms.put(arn, alarmState)
  settle(state)
  state.commit()
}
