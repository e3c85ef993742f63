/**
 * Failures, as one line and an exit code.
 *
 * Users' mistakes never show a stack trace; whatever AppConfig or the AWS SDK throws is reported in one line
 * that says what to do.
 *
 * @module
 */
import { EXIT, type ExitName } from './exit-codes.ts'

/** A failure with a message for users. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exit: ExitName

  constructor(exit: ExitName, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
  }
}

/** A failure as it is reported. */
export interface Failure {
  readonly exit: ExitName
  readonly message: string
}

interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly code?: string
  readonly errors?: readonly Thrown[]
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** How exceptions of AppConfig end; their own messages say why. */
const EXIT_OF_NAME: Readonly<Record<string, ExitName>> = {
  ConflictException: 'conflict',
  ResourceNotFoundException: 'notFound',
  BadRequestException: 'refused',
  PayloadTooLargeException: 'refused',
  ServiceQuotaExceededException: 'refused',
  AbortError: 'interrupted',
}

/** Errors of the AWS SDK itself, which have no codes. */
const REGION_MISSING = /^Region is missing/
const REGION_WRONG = /^Region not accepted/
const CREDENTIALS = /Credentials|TokenProvider/

/** `LocalAppConfigError`s that come of how `dev` was called; their messages say what to do. */
const LOCAL_CODES: readonly string[] = [
  'OPTION_INVALID',
  'SEED_INVALID',
  'STATE_UNREADABLE',
  'STATE_IN_USE',
  'LISTEN_FAILED',
]

/** How `RolloutError`s end; their messages say what to do. */
const EXIT_OF_ROLLOUT: Readonly<Record<string, ExitName>> = {
  PLAN_INVALID: 'usage',
  GATE_WITHOUT_COUNTS: 'usage',
  OPTION_INVALID: 'usage',
  LABEL_TAKEN: 'conflict',
  NOT_FOUND: 'notFound',
  ALARM_NOT_FOUND: 'notFound',
}

/** Describes anything that was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) return { exit: error.exit, message: oneLine(error.message) }
  const thrown = (typeof error === 'object' && error !== null ? error : { message: String(error) }) as Thrown
  return { exit: exitOf(thrown), message: oneLine(messageOf(thrown)) }
}

/** A text of several lines on one. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim()
}

function exitOf({ name = '', message = '', code, $metadata }: Thrown): ExitName {
  const known = EXIT_OF_NAME[name] ?? (name === 'RolloutError' ? EXIT_OF_ROLLOUT[code ?? ''] : undefined)
  if (known) return known
  if (LOCAL_CODES.includes(code ?? '')) return 'usage'
  if (REGION_MISSING.test(message) || REGION_WRONG.test(message)) return 'usage'
  if ($metadata !== undefined || CREDENTIALS.test(name) || isNetwork(code)) return 'unavailable'
  return 'failed'
}

function messageOf(thrown: Thrown): string {
  const { name = 'Error', message = '', code, errors, $metadata } = thrown
  if (name === 'AbortError') return 'Interrupted.'
  if (REGION_MISSING.test(message)) {
    return 'No AWS region: give --region or set AWS_REGION (or --endpoint for an AppConfig on this machine).'
  }
  if (CREDENTIALS.test(name)) {
    return `No AWS credentials: ${message || name}. Sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.`
  }
  const status = $metadata?.httpStatusCode
  if (EXIT_OF_NAME[name]) return message || name
  if (status === 429 || name === 'ThrottlingException')
    return `AppConfig throttled us (${name}). Try again later.`
  if (status === 401 || status === 403) {
    return `AppConfig refused these credentials (${status} ${name}: ${message}). The role needs the control plane's permissions.`
  }
  if (status !== undefined) return `AppConfig answered ${status} ${name}: ${message}`
  if (LOCAL_CODES.includes(code ?? '')) return message
  if (isNetwork(code)) {
    // Both addresses of a name failing gives an AggregateError with an empty message.
    const reason = message || errors?.map((each) => each.message).join(', ')
    return `AppConfig could not be reached (${reason}). Check --endpoint, --region and the network.`
  }
  return message || name
}

function isNetwork(code: string | undefined): boolean {
  return /^(E(CONN|NOTFOUND|AI_|TIMEDOUT|HOST|NET|PIPE|PROTO)|CERT_|DEPTH_|SELF_|UNABLE_|ERR_(TLS|SSL))/.test(
    code ?? '',
  )
}

/** The exit code of a failure. */
export function exitCodeOf({ exit }: Pick<Failure, 'exit'>): number {
  return EXIT[exit]
}
