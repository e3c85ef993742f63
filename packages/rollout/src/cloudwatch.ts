/**
 * Counts from CloudWatch, and the states of its alarms.
 *
 * @module
 */
export { type AlarmsOptions, cloudWatchAlarms } from './cloudwatch/cloudwatch-alarms.ts'
export { type CloudWatchCountsOptions, cloudWatchCounts } from './cloudwatch/cloudwatch-counts.ts'
export { MetricsError, type MetricsErrorCode } from './metrics/metrics-error.ts'
