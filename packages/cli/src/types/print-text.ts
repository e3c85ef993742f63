/**
 * Foreign texts in TypeScript, escaped so that they stay keys, literals and comments.
 *
 * @module
 */
import type { Note } from './type-node.ts'

/** Lines are seldom longer. */
export const LINE_WIDTH = 100

/** Characters that end a line, that an editor does not show, or that no file can hold. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A text as a literal. */
export function quote(text: string): string {
  const inside = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inside.replace(UNSEEN, escapeCharacter)}'`
}

function escapeCharacter(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

/** A key, quoted where it has to be. */
export function printKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key)
}

/** A text that is one line of a comment, and can neither end it nor put a tag into it. */
export function inComment(text: string): string {
  return text
    .replace(UNSEEN, ' ')
    .trim()
    .replaceAll('*/', '*\\/')
    .replace(/(?<!\w)@/g, '\\@')
}

/** A note as a comment, line by line; none where there is nothing to say. */
export function printNote(
  { name = '', description = '', deprecated }: Note,
  indent: string,
): readonly string[] {
  const blocks = [
    linesOf(name, indent),
    linesOf(description, indent),
    deprecated === undefined ? [] : [`@deprecated ${inComment(deprecated)}`.trim()],
  ].filter((block) => block.length > 0)
  const lines = blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]))
  const [only = ''] = lines
  if (lines.length === 0) return []
  if (lines.length === 1 && only.length <= LINE_WIDTH - indent.length - 7) return [`${indent}/** ${only} */`]
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`]
}

/** Wrapped; a word is never cut. */
function linesOf(text: string, indent: string): readonly string[] {
  const width = LINE_WIDTH - indent.length - 7
  const wrap = new RegExp(`\\S(?:.{0,${width - 2}}\\S)?(?=\\s|$)|\\S+`, 'g')
  return text.split(/[\n\r\u2028\u2029]+/).flatMap((line) => inComment(line).match(wrap) ?? [])
}
