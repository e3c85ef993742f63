/**
 * Texts that stand for secrets, and for names that an API's clients are not told.
 *
 * @module
 */

/** What stands in no log, error, event, health or inspection, nor in an answer. */
export const SECRETS = {
  value: 'mkValue7f3a',
  section: 'mkSection7f3a',
  tenant: 'mkTenant7f3a',
  attribute: 'mkAttribute7f3a',
  context: 'mkContext7f3a',
  rule: 'mkRule7f3a',
  pattern: 'mkPattern7f3a',
  choice: 'mkChoice7f3a',
  schema: 'mkSchema7f3a',
  sessionToken: 'mkToken7f3a',
  accessToken: 'mkAccess7f3a',
  credentials: 'mkCredentials7f3a',
  password: 'mkPassword7f3a',
  page: 'mkPage7f3a',
} as const

/** What developers are told, and clients of the API are not. */
export const NAMES = {
  application: 'nmApplication',
  environment: 'nmEnvironment',
  profile: 'nmProfile',
  flag: 'nmFlag',
  key: 'nmKey',
} as const

/** The names of the markers in a text, in whatever case: a header may have changed it. */
export function markersIn(text: string, markers: Readonly<Record<string, string>> = SECRETS): string[] {
  const lower = text.toLowerCase()
  return Object.entries(markers)
    .filter(([, marker]) => lower.includes(marker.toLowerCase()))
    .map(([name]) => name)
}
