/**
 * The states of alarms, by CloudWatch's DescribeAlarms.
 *
 * @module
 */
import { type CompositeAlarm, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { Alarm, Ports } from '../appconfig/ports.ts'
import { RolloutError } from '../errors.ts'
import { ask, type Client } from './ask.ts'

/** Options of {@link cloudWatchAlarms}. */
export interface AlarmsOptions {
  /**
   * How long all alarms are waited for, in milliseconds.
   *
   * @default 20_000
   */
  readonly timeoutMs?: number | undefined
}

/** What DescribeAlarms takes at once. */
const MOST_NAMES = 100

/**
 * The port `alarms` of a rollout: metric alarms and composite ones, of the account and region of the client.
 * Its role needs `cloudwatch:DescribeAlarms`.
 *
 * The port rejects with a `MetricsError` when CloudWatch does not answer, and with a `RolloutError`
 * (`ALARM_NOT_FOUND`) for an alarm that is not there: nobody could say what AppConfig would do for it.
 *
 * @example
 * const ports = { client: new AppConfigClient(), alarms: cloudWatchAlarms(new CloudWatchClient()) }
 */
export function cloudWatchAlarms(
  client: Client,
  { timeoutMs = 20_000 }: AlarmsOptions = {},
): NonNullable<Ports['alarms']> {
  return async function describeAlarms(arns) {
    if (arns.length === 0) return []
    const signal = AbortSignal.timeout(timeoutMs)
    const region = await ask('DescribeAlarms', signal, () => client.config.region())
    const names = arns.map((arn) => nameIn(arn, region))
    const found = new Map<string, Alarm>()
    for (let at = 0; at < names.length; at += MOST_NAMES) {
      for (const alarm of await describe(client, names.slice(at, at + MOST_NAMES), signal)) {
        found.set(alarm.arn, alarm)
      }
    }
    return arns.map((arn) => {
      const alarm = found.get(arn)
      if (alarm) return alarm
      throw notFound(arn, `the account whose credentials are used has no such alarm in ${region}`)
    })
  }
}

/** The name of an alarm: the rest of its ARN, which may have colons. */
function nameIn(arn: string, region: string): string {
  const [start, , service, at, , kind, ...name] = arn.split(':')
  if (start !== 'arn' || service !== 'cloudwatch' || kind !== 'alarm' || name.length === 0) {
    throw notFound(arn, 'that is no ARN of a CloudWatch alarm')
  }
  if (at !== region) throw notFound(arn, `it is in another region than the client, which is in ${region}`)
  return name.join(':')
}

async function describe(client: Client, names: readonly string[], signal: AbortSignal): Promise<Alarm[]> {
  const alarms: Alarm[] = []
  let NextToken: string | undefined
  do {
    const command = new DescribeAlarmsCommand({
      AlarmNames: [...names],
      // Without the types only metric alarms are answered.
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: MOST_NAMES,
      NextToken,
    })
    const page = await ask('DescribeAlarms', signal, () => client.send(command, { abortSignal: signal }))
    alarms.push(...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(alarmOf))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return alarms
}

function alarmOf({ AlarmArn = '', StateValue, ActionsEnabled }: MetricAlarm | CompositeAlarm): Alarm {
  return {
    arn: AlarmArn,
    state: StateValue ?? 'INSUFFICIENT_DATA',
    actionsEnabled: ActionsEnabled ?? true,
  }
}

function notFound(arn: string, why: string): RolloutError {
  const message = `The alarm ${arn}, a monitor of an environment, cannot be looked up: ${why}.`
  return new RolloutError('ALARM_NOT_FOUND', message)
}
