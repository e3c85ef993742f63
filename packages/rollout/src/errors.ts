/**
 * The errors of this package, as a class with a `code`.
 *
 * @module
 */

/** What is wrong. */
export type RolloutErrorCode =
  /** The plan is no plan; `problems` says where. */
  | 'PLAN_INVALID'
  /** The label stands for another content. */
  | 'LABEL_TAKEN'
  /** No application, environment, profile, strategy or wave of that name. */
  | 'NOT_FOUND'
  /** The plan has a gate, and nothing counts requests for it. */
  | 'GATE_WITHOUT_COUNTS'
  /** The source of counts answered something that is no count. */
  | 'COUNTS_INVALID'
  /** An option of a function makes no sense. */
  | 'OPTION_INVALID'
  /** What a handler of a Lambda function got is no event of its kind. */
  | 'EVENT_INVALID'
  /** A tick was not judged in time. */
  | 'TIMED_OUT'
  /** CloudWatch here has no alarm that is a monitor of an environment. */
  | 'ALARM_NOT_FOUND'

/** An error in the use of this package. What AppConfig answers is the outcome of a step instead. */
export class RolloutError extends Error {
  override readonly name = 'RolloutError'
  readonly code: RolloutErrorCode

  constructor(code: RolloutErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
