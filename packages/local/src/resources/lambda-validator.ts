/**
 * Functions in place of LAMBDA validators.
 *
 * @module
 */

/** The event that AppConfig passes to a validator function. */
export interface LambdaValidatorEvent {
  readonly ApplicationId: string
  readonly ConfigurationProfileId: string
  readonly ConfigurationVersion: string
  /** Base64. */
  readonly Content: string
  readonly Uri: string
}

/** Stands in for a Lambda function: it accepts by returning and refuses by throwing. */
export type LambdaValidator = (event: LambdaValidatorEvent) => void | Promise<void>
