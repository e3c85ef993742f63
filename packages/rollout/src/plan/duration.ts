/**
 * Durations as people write them.
 *
 * @module
 */
const MS_OF_UNIT: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(\d{1,6})([smhd])$/

/** Reads `30s`, `30m`, `4h` or `2d`. @returns milliseconds; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const [, number, unit = ''] = DURATION.exec(text) ?? []
  const ms = MS_OF_UNIT[unit]
  return ms === undefined ? undefined : Number(number) * ms
}
