/**
 * JSON inside of a page.
 *
 * @module
 */

/**
 * A value as the content of `<script type="application/json">`: JSON in which nothing ends the element or begins a
 * comment, whatever the value holds.
 *
 * Such an element is data and not run, so a content security policy needs neither a nonce nor a hash for it. A page reads
 * it with `JSON.parse(document.getElementById('flags').textContent)`.
 *
 * @example
 * const page = `<script type="application/json" id="config">${scriptJson(publicConfig(req.config, ['featureA']))}</script>`
 */
export function scriptJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(UNSAFE, escaped)
}

/** `<` begins tags and comments, `>` ends them; both line separators were ends of lines in older JavaScript. */
const UNSAFE = /[<>&\u2028\u2029]/g

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
