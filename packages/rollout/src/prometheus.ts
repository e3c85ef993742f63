/**
 * Counts from a Prometheus server.
 *
 * @module
 */
export { MetricsError, type MetricsErrorCode } from './metrics/metrics-error.ts'
export { type PrometheusOptions, prometheusCounts } from './prometheus/prometheus-counts.ts'
