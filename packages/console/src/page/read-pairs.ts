/**
 * Names and values as a person types them, a pair a line: `plan=gold`.
 *
 * @module
 */
type Pairs = Readonly<Record<string, string | number | boolean>>

/** As the command's `--context`: true, false and numbers are read as such, and `"7"` is a text. */
export function readPairs(text: string): Pairs {
  const pairs = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf('=')
      if (at < 1) throw new PairError(`“${line}” is no pair. Write name=value, one a line.`)
      return [line.slice(0, at).trim(), readValue(line.slice(at + 1).trim())] as const
    })
  return Object.fromEntries(pairs)
}

/** A line is no pair. */
export class PairError extends Error {
  override readonly name = 'PairError'
}

function readValue(text: string): string | number | boolean {
  const quoted = /^"(.*)"$/.exec(text)
  if (quoted) return quoted[1] ?? ''
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return Number.isFinite(number) && String(number) === text ? number : text
}
