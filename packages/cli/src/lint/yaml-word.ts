/**
 * The check `yaml-word`: `yes`, `off` and their like, which YAML 1.1 reads as booleans.
 *
 * AppConfig's libraries and ours read YAML 1.2, where they are texts. So a flag with `enabled: yes` is never
 * on.
 *
 * @module
 */
import type { Check } from './check.ts'

/** The words of YAML 1.1 that YAML 1.2 has not, in the cases it lists. */
const TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/
const FALSE = /^(?:n|N|no|No|NO|off|Off|OFF)$/

/** Finds texts that YAML 1.1 reads as booleans. */
export const yamlWord: Check = ({ scalars }) =>
  scalars.flatMap(({ value, place, line, column }) => {
    if (typeof value !== 'string') return []
    const read = TRUE.test(value) ? true : FALSE.test(value) ? false : undefined
    return read === undefined ? [] : [{ place, line, column, problem: problemOf(value, read, place) }]
  })

function problemOf(word: string, read: boolean, place: string): string {
  const is = `is the text "${word}", not ${read}`
  if (!/(?:^|\.)enabled$/.test(place)) return `${is}: write ${read}, or put it in quotes`
  return read ? `${is}, so the flag is never on: write true` : `${is}: write false`
}
