/**
 * For tests: a configuration that a test sets, requests without a server, suites for both sides of a flag, a
 * report of flags that no test exercised, and a clock that moves only when a test advances it.
 *
 * @module
 */
export { type ManualClock, manualClock } from './manual-clock.ts'
export { type BothSidesOptions, bothSides, type DescribeLike } from './testing/both-sides.ts'
export type { FlagSide } from './testing/flag-reads.ts'
export { flagReport, type UntestedFlag, untestedFlags } from './testing/flag-report.ts'
export { type RequestWithConfig, requestWith } from './testing/request-with.ts'
export { saveFlagReads } from './testing/saved-flag-reads.ts'
export { isTestConfig, type TestConfig, type TestConfigOptions, testConfig } from './testing/test-config.ts'
export { TEST_TENANT_HEADER, tenantFromTestHeader } from './testing/test-tenant.ts'
export type { TestFlag, TestPatch, TestValues } from './testing/values.ts'
