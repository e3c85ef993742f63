/**
 * The alarms that guard a cell.
 *
 * @module
 */
import { GetEnvironmentCommand } from '@aws-sdk/client-appconfig'
import type { ControlPlane } from './control-plane.ts'
import type { CellIds } from './names.ts'
import type { Alarm, Ports } from './ports.ts'

/** What guards a cell. */
export interface Guards {
  /** How many alarms monitor the environment. */
  readonly count: number
  /** Alarms for which AppConfig would roll a deployment back at once. */
  readonly firing: readonly Alarm[]
  /** Alarms for which it never would, since their actions are disabled. */
  readonly disabled: readonly Alarm[]
}

/** Looks at the monitors of a cell, and at their alarms where they can be looked up. */
export async function guardsOf(
  plane: ControlPlane,
  { ApplicationId, EnvironmentId }: CellIds,
  { alarms }: Pick<Ports, 'alarms'>,
): Promise<Guards> {
  const { Monitors = [] } = await plane.send(new GetEnvironmentCommand({ ApplicationId, EnvironmentId }))
  const arns = Monitors.flatMap(({ AlarmArn }) => (AlarmArn === undefined ? [] : [AlarmArn]))
  const found = arns.length === 0 ? [] : ((await alarms?.(arns)) ?? [])
  return {
    count: arns.length,
    firing: found.filter(({ state, actionsEnabled }) => actionsEnabled && state !== 'OK'),
    disabled: found.filter(({ actionsEnabled }) => !actionsEnabled),
  }
}

/** Alarms in words: name and state. */
export function nameAlarms(alarms: readonly Alarm[]): string {
  return alarms.map(({ arn, state }) => `${arn.split(':').at(-1)} is in ${state}`).join(', ')
}
