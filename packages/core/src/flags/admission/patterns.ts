/**
 * The regular expressions that attributes of flags may be held to.
 *
 * @module
 */
import type { Search } from '../../rules/pattern.ts'
import type { FlagFaults } from './faults.ts'

/** Whether a constraint is a regular expression. */
export function checkPattern(faults: FlagFaults, place: string, pattern: string): void {
  // What is too much is told once: no pattern is looked at after that.
  if (faults.scope.isExceeded || compilePattern(faults, pattern)) return
  const text = faults.scope.isExceeded
    ? 'is a pattern too much: those of the document cost too much together. Use enum where it will do, and fewer repetitions'
    : 'must be a regular expression that RE2 takes'
  faults.add(place, text, 'RegexpIsValid', pattern)
}

function compilePattern(faults: FlagFaults, pattern: string): Search | undefined {
  try {
    return faults.scope.searchFor(pattern)
  } catch {
    return undefined
  }
}

/** Undefined where the pattern itself is refused. A text too long for it does not match. */
export function isFoundIn(faults: FlagFaults, pattern: string, value: string): boolean | undefined {
  const search = compilePattern(faults, pattern)
  return search && search(value) === true
}
