/**
 * The words of the table.
 *
 * @module
 */
import type { Recorded } from '../world.ts'
import type { Asked } from './stage.ts'

/** What events tell of trouble: their codes, that the document does not exist, that the backup is served. */
export function toldBy({ failure, rejected, change, stale }: Recorded): string {
  const told = new Set([
    ...failure.map(({ error }) => `failure ${error.code}`),
    ...rejected.map(({ error }) => `rejected ${error.code}`),
    ...change.filter(({ version }) => version === undefined).map(() => 'change to absent'),
    ...stale.filter(({ restoredFromMs }) => restoredFromMs !== undefined).map(() => 'served from the backup'),
  ])
  return [...told].join(' and ') || 'nothing'
}

/** How a document is asked for, after these calls. */
export function kindOf({ operation, token }: Asked, before: readonly Asked[]): string {
  if (operation === 'StartConfigurationSession') return 'new session'
  if (operation !== 'GetLatestConfiguration') return 'asked again'
  return before.some((call) => call.token === token) ? 'same token' : 'next token'
}

/** How many calls sent a token again without time passing: retries of the SDK, which spend tokens. */
export function resentIn(asked: readonly Asked[]): number {
  const calls = asked.filter(({ token }) => token !== undefined).map(({ token, atMs }) => `${atMs} ${token}`)
  return calls.length - new Set(calls).size
}

export function secondsSince(fromMs: number, toMs: number): string {
  return `${Math.ceil((toMs - fromMs) / 1000)} s`
}
