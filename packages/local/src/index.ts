/**
 * An AWS AppConfig that runs in this process.
 *
 * @module
 */
export type { Call, Calls, Target } from './calls.ts'
export type { DeployInput, DeployResult } from './deploy.ts'
export type { AlarmState, DeploymentState } from './entities.ts'
export {
  AppConfigServiceError,
  LocalAppConfigError,
  type LocalErrorCode,
  type ServiceErrorCode,
} from './errors.ts'
export type { Fault, Faults } from './faults.ts'
export { readSeed } from './seed.ts'
export type { SettingOptions } from './settings.ts'
export { acceleratedClock } from './speed.ts'
export {
  type LocalAgent,
  type LocalAppConfig,
  type LocalAppConfigOptions,
  startLocalAppConfig,
} from './start-local-appconfig.ts'
export type { LambdaValidator, LambdaValidatorEvent } from './validators.ts'
