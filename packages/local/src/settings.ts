/**
 * Settings: behaviour of AppConfig that a user may choose, read once from the options.
 *
 * @module
 */
import { LocalAppConfigError } from './errors.ts'
import { type Extension, refuseInvalidExtensions } from './resources/extension.ts'
import type { LambdaValidator } from './resources/lambda-validator.ts'

/** The behaviour a user may choose; every choice has a default. */
export interface SettingOptions {
  /**
   * What happens to a session token sent a second time: `strict` refuses it as corrupted,
   * `lenient` accepts it. AWS documents single use; reports say it was not enforced.
   *
   * @default 'strict'
   */
  readonly tokenReuse?: 'strict' | 'lenient' | undefined

  /**
   * How long a session that asked for nothing waits between polls, in seconds. AWS: 60.
   *
   * @default 60
   */
  readonly pollIntervalSeconds?: number | undefined

  /**
   * What a session gets where nothing is deployed for it (yet): a `ResourceNotFoundException`
   * when it is opened or polled, or an empty configuration. AWS does not document it.
   *
   * @default 'not-found'
   */
  readonly beforeFirstDeployment?: 'not-found' | 'empty' | undefined

  /**
   * When a LINEAR deployment takes its first step: at its start (20 % at once), or only after
   * its first interval (0 % until then). AWS's pages say both.
   *
   * @default 'after-interval'
   */
  readonly linearFirstStep?: 'immediate' | 'after-interval' | undefined

  /**
   * Whether StopDeployment ends a deployment that is BAKING without `Allow-Revert`. AWS was
   * observed to roll it back; its API text, read literally, allows it only while DEPLOYING.
   *
   * @default 'allow'
   */
  readonly stopWhileBaking?: 'allow' | 'refuse' | undefined

  /**
   * The largest hosted configuration, in bytes. AWS: 2,048 KB, up to 4,000 KB on request.
   *
   * @default 2_097_152
   */
  readonly maxContentBytes?: number | undefined

  /** Functions in place of LAMBDA validators, by function ARN. A validator without one fails. */
  readonly lambdaValidators?: Readonly<Record<string, LambdaValidator>> | undefined

  /** Functions in place of the Lambda functions of extensions, and what the extensions are associated with. */
  readonly extensions?: readonly Extension[] | undefined

  /**
   * How often the extensions of a deployment in progress are asked, in seconds; first after one interval. AWS
   * does not document its own.
   *
   * @default 60
   */
  readonly tickIntervalSeconds?: number | undefined

  /**
   * How long an extension's answer is waited for, in milliseconds of real time, whatever the clock: what a
   * handler waits for is real. AWS's is 3 seconds.
   *
   * @default 3000
   */
  readonly extensionTimeoutMs?: number | undefined

  /**
   * The region in ARNs. Requests are answered whatever region they are signed for.
   *
   * @default 'us-east-1'
   */
  readonly region?: string | undefined

  /**
   * The account in ARNs.
   *
   * @default '000000000000'
   */
  readonly accountId?: string | undefined
}

const ME = 'startLocalAppConfig'

/** {@link SettingOptions} with every gap filled. */
export type Settings = { readonly [K in keyof SettingOptions]-?: Exclude<SettingOptions[K], undefined> }

/**
 * Fills the gaps and refuses what makes no sense.
 *
 * @throws {LocalAppConfigError} `OPTION_INVALID`.
 */
export function parseSettings({
  tokenReuse = 'strict',
  pollIntervalSeconds = 60,
  beforeFirstDeployment = 'not-found',
  linearFirstStep = 'after-interval',
  stopWhileBaking = 'allow',
  maxContentBytes = 2_097_152,
  lambdaValidators = {},
  extensions = [],
  tickIntervalSeconds = 60,
  extensionTimeoutMs = 3000,
  region = 'us-east-1',
  accountId = '000000000000',
}: SettingOptions): Settings {
  oneOf(ME, 'tokenReuse', tokenReuse, ['strict', 'lenient'])
  oneOf(ME, 'beforeFirstDeployment', beforeFirstDeployment, ['not-found', 'empty'])
  oneOf(ME, 'linearFirstStep', linearFirstStep, ['immediate', 'after-interval'])
  oneOf(ME, 'stopWhileBaking', stopWhileBaking, ['allow', 'refuse'])
  integer('pollIntervalSeconds', pollIntervalSeconds, 1, 86_400)
  integer('maxContentBytes', maxContentBytes, 1, 4_096_000)
  integer('tickIntervalSeconds', tickIntervalSeconds, 1, 86_400)
  integer('extensionTimeoutMs', extensionTimeoutMs, 1, 900_000)
  refuseInvalidExtensions(extensions)
  return {
    tokenReuse,
    pollIntervalSeconds,
    beforeFirstDeployment,
    linearFirstStep,
    stopWhileBaking,
    maxContentBytes,
    lambdaValidators,
    extensions,
    tickIntervalSeconds,
    extensionTimeoutMs,
    region,
    accountId,
  }
}

/** Refuses an option that is not one of `allowed`. */
export function oneOf(who: string, name: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string)) {
    throw optionInvalid(who, name, value, `give one of '${allowed.join("', '")}'`)
  }
}

/** Refuses an option that is not an integer of the range. */
export function integer(name: string, value: unknown, min: number, max: number): void {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw optionInvalid(ME, name, value, `give an integer from ${min} to ${max}`)
  }
}

/** Refuses what is not a number greater than 0. */
export function positive(name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw optionInvalid(ME, name, value, 'give a number greater than 0')
  }
}

/** The error of a wrong option: the function, what it got, what to do. */
function optionInvalid(who: string, name: string, value: unknown, remedy: string): LocalAppConfigError {
  const got = typeof value === 'string' ? `'${value}'` : String(value)
  return new LocalAppConfigError('OPTION_INVALID', `${who}: ${name} is ${got}; ${remedy}.`)
}
