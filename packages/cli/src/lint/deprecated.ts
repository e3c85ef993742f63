/**
 * The check `deprecated`: a flag that was to be gone by now, or by a date that can't be read.
 *
 * AWS writes the date as YYYY-MM-DD and means no time of day by it: it has passed when it is over
 * everywhere but in the west, that is in UTC.
 *
 * @module
 */
import { type JsonValue, objectAt } from '../documents/json.ts'
import type { Check } from './check.ts'
import type { WrittenFlag } from './written-flags.ts'

/** Finds flags whose planned removal date has passed or can't be read. */
export const deprecated: Check = ({ flags, now }) => {
  return flags.flatMap((flag) => {
    const date = plannedDate(flag)
    if (date === undefined) return []
    const { key } = flag
    const place = `flags.${key}._deprecation.date`
    if (!isDate(date)) return [{ place, problem: `${JSON.stringify(date)} is no date: write YYYY-MM-DD` }]
    return isPast(flag, now)
      ? [{ place, problem: `${key} was to be gone by ${date}: remove it, or move the date` }]
      : []
  })
}

/** Whether the flag was to be gone by now. */
export function isPast(flag: WrittenFlag, now: number): boolean {
  const date = plannedDate(flag)
  return isDate(date) && date < new Date(now).toISOString().slice(0, 10)
}

function plannedDate({ definition }: WrittenFlag): JsonValue | undefined {
  const { status, date } = objectAt(definition, '_deprecation')
  return status === 'planned' ? date : undefined
}

function isDate(date: unknown): date is string {
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return false
  const time = new Date(`${date}T00:00Z`)
  // JavaScript takes the 31st of February for the 3rd of March.
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date)
}
