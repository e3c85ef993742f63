/**
 * Texts of others as they may be printed: keys of documents, labels, descriptions, names of files.
 *
 * A terminal obeys control characters, a continuous integration obeys lines that begin as it expects, and what turns the
 * direction of a text hides what it says. So these are shown, not sent.
 *
 * @module
 */

const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** The text on one line, with control characters as JSON writes them. */
export function visible(text: string): string {
  return text.replace(OBEYED, escaped)
}

/** The same for several lines of ours: their ends are kept. */
export function visibleLines(text: string): string {
  return text.replace(OBEYED, (character) => (character === '\n' ? '\n' : escaped(character)))
}

function escaped(character: string): string {
  const known = JSON.stringify(character).slice(1, -1)
  return known === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : known
}
