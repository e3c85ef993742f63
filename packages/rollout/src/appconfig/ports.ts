/**
 * What a rollout needs of the world; all of it is passed in.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import type { CountsSource } from '../gate/counts.ts'

/** A CloudWatch alarm that is a monitor of an environment. */
export interface Alarm {
  readonly arn: string
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
  /** While they are disabled, AppConfig does not roll back for this alarm. */
  readonly actionsEnabled: boolean
}

/** How long each answer is waited for, unless told otherwise. */
export const DEFAULT_TIMEOUT_MS = 20_000

/** Clients and clocks. */
export interface Ports {
  /** The AWS SDK's client of AppConfig's control plane; its credentials are those of the rollout. */
  readonly client: Pick<AppConfigClient, 'send'>
  /**
   * Milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: (() => number) | undefined
  /**
   * Looks alarms up, such as by CloudWatch's DescribeAlarms. Without it alarms still roll deployments back,
   * but one that would do so at once is not noticed before.
   */
  readonly alarms?: ((arns: readonly string[]) => Promise<readonly Alarm[]>) | undefined
  /** Where the counts of the plan's gate come from. A plan with a gate needs it. */
  readonly counts?: CountsSource | undefined
  /**
   * How long each answer of AppConfig, and of `counts`, is waited for, in milliseconds.
   *
   * @default 20_000
   */
  readonly timeoutMs?: number | undefined
}
