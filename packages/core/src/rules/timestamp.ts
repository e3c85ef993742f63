/**
 * Timestamps of rules and contexts: the W3C's date and time note, and Ion's trailing T.
 *
 * @module
 */

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/

/**
 * Milliseconds since the epoch; what a timestamp leaves out is the earliest it can be, in UTC. A time without a zone is
 * none: it would be another instant on each server.
 */
export function timestampMs(text: string): number | undefined {
  const [, year, month = '01', day = '01', time = 'T00:00Z'] =
    DATE.exec(text.endsWith('T') ? text.slice(0, -1) : text) ?? []
  if (year === undefined) return undefined
  const ms = Date.parse(`${year}-${month}-${day}${time}`)
  // `Date.parse` takes the 31st of February for the 3rd of March.
  const isDay = new Date(`${year}-${month}-${day}T00:00Z`).getUTCDate() === Number(day)
  return Number.isNaN(ms) || !isDay ? undefined : ms
}
