/**
 * What a rollout asks besides AppConfig: alarms, and counts for its gate.
 *
 * @module
 */
import type { CountsSource, GateFrom, Ports } from '@appconfig-kit/rollout'
import { cloudWatchAlarms, cloudWatchCounts, MetricsError } from '@appconfig-kit/rollout/cloudwatch'
import { prometheusCounts } from '@appconfig-kit/rollout/prometheus'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { clientSettings, isLoopback, targetOf } from '../appconfig/client.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import type { ConnectionOptions } from '../options.ts'

/** What decides whom to ask. */
export interface MetricsOptions {
  readonly options: ConnectionOptions
  /** Whether alarms are looked up; so the user says. */
  readonly alarms: boolean
  /** Of the plan's gate. */
  readonly from: GateFrom | undefined
  /** Whether a source that cannot be made is an error now, and not only for whoever asks it. */
  readonly isStrict: boolean
  readonly timeoutMs: number
  readonly env: Io['env']
  /** Told once, in a sentence, when alarms may not be looked up. */
  readonly onDenied: (message: string) => void
}

/** Ports, and how to let go of them. */
export interface MetricsPorts {
  readonly ports: Pick<Ports, 'alarms' | 'counts'>
  close(): void
}

const TOKEN = 'APPCONFIG_KIT_PROMETHEUS_TOKEN'
const CLOUDWATCH_ENDPOINT = 'AWS_ENDPOINT_URL_CLOUDWATCH'

/**
 * Makes the ports.
 *
 * An AppConfig on this machine has no CloudWatch beside it, and its alarms are not AWS's: there CloudWatch is asked
 * only where the SDK's own variable says where it is.
 */
export function metricsPorts(given: MetricsOptions): MetricsPorts {
  const { options, env, timeoutMs } = given
  const target = targetOf(options, env)
  const endpoint = env[CLOUDWATCH_ENDPOINT] || undefined
  const hasCloudWatch = endpoint !== undefined || target === undefined || !isLoopback(target)
  const client = hasCloudWatch
    ? new CloudWatchClient(clientSettings(endpoint, options.region, env))
    : undefined
  const counts = countsOf(given, client)
  const alarms = given.alarms && client ? cloudWatchAlarms(client, { timeoutMs }) : undefined
  return {
    ports: {
      ...(counts && { counts }),
      ...(alarms && { alarms: tolerant(alarms, given.onDenied) }),
    },
    close: () => client?.destroy(),
  }
}

function countsOf(
  { from, isStrict, env }: MetricsOptions,
  client: CloudWatchClient | undefined,
): CountsSource | undefined {
  if (from === undefined) return undefined
  try {
    if (from !== 'cloudwatch') return countsOfPrometheus(from.prometheus.url, env[TOKEN])
    if (client === undefined) throw withoutCloudWatch()
    return cloudWatchCounts(client)
  } catch (error) {
    if (isStrict) throw error
    return () => Promise.reject(error)
  }
}

function countsOfPrometheus(url: string, token: string | undefined): CountsSource {
  if (!token) return prometheusCounts({ url })
  if (!url.startsWith('https:') && !isLoopback(url)) {
    const message = `${TOKEN} would be sent unencrypted: gate.from.prometheus.url must be https, or on this machine.`
    throw new CliError('usage', message)
  }
  return prometheusCounts({ url, headers: { authorization: `Bearer ${token}` } })
}

/** The same, where the role may not look: the rollout goes on, and the user knows. */
function tolerant(
  alarms: NonNullable<Ports['alarms']>,
  onDenied: (message: string) => void,
): NonNullable<Ports['alarms']> {
  let isTold = false
  return async (arns) => {
    try {
      return await alarms(arns)
    } catch (error) {
      if (!(error instanceof MetricsError) || error.code !== 'METRICS_DENIED') throw error
      const message = `alarms were not looked at: ${error.message} The role needs cloudwatch:DescribeAlarms; --no-alarms asks for none.`
      if (!isTold) onDenied(message)
      isTold = true
      return []
    }
  }
}

function withoutCloudWatch(): CliError {
  const message = `The plan's gate counts from cloudwatch, and there is none beside an AppConfig on this machine: set ${CLOUDWATCH_ENDPOINT}, or take the gate out of the plan.`
  return new CliError('usage', message)
}
