/**
 * Meaning of errors of AppConfig's data plane.
 *
 * Sources: the appconfigdata API model (2021-11-11); the AppConfig user guide on retrieving.
 *
 * @module
 */
import { SourceError } from '../../errors.ts'
import { nameOf, reasonOf, withoutContents } from '../foreign-error.ts'
import { type DocumentId, documentName } from '../source.ts'

/**
 * What an error means: the document is `absent`, the session `lost`, the poll `too early`, the token
 * `refused`, or else the call `failed`.
 */
export type Verdict = 'absent' | 'lost' | 'too early' | 'refused' | 'failed'

interface SdkError {
  readonly name?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly Details?: { readonly InvalidParameters?: Readonly<Record<string, { readonly Problem?: string }>> }
}

/** The meaning of an error that the SDK has thrown. */
export function judge(error: unknown): Verdict {
  const { name, Details } = error as SdkError
  if (name === 'ResourceNotFoundException') return 'absent'
  if (name !== 'BadRequestException') return 'failed'
  // AWS documents these problems, but not the parameter they are listed under.
  const problems = Object.values(Details?.InvalidParameters ?? {}).map(({ Problem }) => Problem)
  if (problems.includes('PollIntervalNotSatisfied')) return 'too early'
  return problems.includes('Expired') || problems.includes('Corrupted') ? 'lost' : 'refused'
}

/** An error of the SDK as one of ours, with advice. */
export function sourceError(document: DocumentId, error: unknown): SourceError {
  const { name, $metadata } = error as SdkError
  const status = $metadata?.httpStatusCode
  const where = `AppConfig was asked for ${documentName(document)}`
  const cause = withoutContents(error)
  if (status === 429 || name === 'ThrottlingException') {
    return new SourceError(
      'SOURCE_THROTTLED',
      `${where} and throttled us (429). We ask less often until it stops`,
      { cause },
    )
  }
  if (status === 401 || status === 403) {
    return new SourceError(
      'SOURCE_DENIED',
      `${where} and refused (${status} ${nameOf(error)}). ${adviceOn(name)}`,
      {
        cause,
      },
    )
  }
  return new SourceError(
    'SOURCE_FAILED',
    `${where}: ${reasonOf(error)}. Check region, endpoint, credentials and network`,
    { cause },
  )
}

/** Advice on a refusal, by the name of AWS's exception. */
function adviceOn(name = ''): string {
  if (/^(RequestExpired|RequestTimeTooSkewed|InvalidSignature)/.test(name))
    return 'Check the clock of this machine, then the credentials: AWS refuses signatures that are minutes off'
  if (/^ExpiredToken/.test(name)) return 'The credentials have expired. Renew them, or let the SDK renew them'
  if (
    /^(UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken)/.test(
      name,
    )
  )
    return 'The credentials are not known there. Check access key, secret, session token and region'
  return 'Allow appconfig:StartConfigurationSession and appconfig:GetLatestConfiguration on it, see docs/iam.md'
}
