/**
 * An AWS AppConfig that runs in this process.
 *
 * @module
 */

export type { DeployInput, DeployResult } from './deployments/deploy.ts'
export {
  AppConfigServiceError,
  LocalAppConfigError,
  type LocalErrorCode,
  type ServiceErrorCode,
} from './errors.ts'
export { createGuard, type Guard } from './http/safety.ts'
export type { AlarmState, DeploymentState } from './resources/entities.ts'
export type { Extension, TickAnswer, TickEvent } from './resources/extension.ts'
export type { LambdaValidator, LambdaValidatorEvent } from './resources/lambda-validator.ts'
export type { SettingOptions } from './settings.ts'
export {
  type LocalAgent,
  type LocalAppConfig,
  type LocalAppConfigOptions,
  startLocalAppConfig,
} from './start-local-appconfig.ts'
export type { Call, Calls, Target } from './testing/calls.ts'
export type { Fault, Faults } from './testing/faults.ts'
export { readSeed } from './testing/seed.ts'
export { acceleratedClock } from './testing/speed.ts'
