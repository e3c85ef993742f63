/**
 * The check `unused-flag`: a flag that no source file mentions.
 *
 * A key counts as mentioned wherever it is a word, also in a comment or beside a hyphen: removing a flag that
 * is in use is worse than keeping one that is not.
 *
 * @module
 */
import type { Check } from './check.ts'
import type { SourceFile } from './source-files.ts'

/** Finds flags that no source file mentions; nothing where no source files are given. */
export const unusedFlag: Check = ({ flags, sources }) =>
  sources === undefined
    ? []
    : flags
        .filter(({ key }) => !isMentioned(key, sources))
        .map(({ key, place }) => ({ place, problem: `no source file mentions ${key}` }))

function isMentioned(key: string, sources: readonly SourceFile[]): boolean {
  const escaped = key.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const word = new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped}(?![\\p{L}\\p{N}_$])`, 'u')
  // A plain search is many times as quick, and mostly finds nothing.
  return sources.some(({ text }) => text.includes(key) && word.test(text))
}
