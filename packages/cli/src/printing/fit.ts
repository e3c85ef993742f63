/**
 * Texts that fit a terminal.
 *
 * @module
 */

/** A terminal that does not say its width. */
const USUAL_COLUMNS = 80
const WIDEST_BAR = 30
/** A shorter one shows nothing. */
const SHORTEST_BAR = 5

/** The parts of a line about a deployment in progress. */
export interface BarLine {
  readonly name: string
  readonly percentage: number
  readonly state: string
  /** Left out where it would cost the bar its place. */
  readonly note?: string | undefined
}

/**
 * A line that is not wider than the terminal: the bar gives way first, then the beginning of the name.
 */
export function barLine({ name, percentage, state, note }: BarLine, columns: number = USUAL_COLUMNS): string {
  const short = `${Math.floor(percentage)}% ${state}`
  const long = note === undefined ? short : `${short}; ${note}`
  const fits = columns - 1 - `${name} [] ${long}`.length >= SHORTEST_BAR
  const tail = fits ? long : short
  // The last column stays free: some terminals go to the next line when it is written.
  const room = columns - 1 - tail.length - 1
  const size = Math.min(WIDEST_BAR, room - name.length - ' []'.length)
  if (size >= SHORTEST_BAR) {
    const done = Math.round((size * percentage) / 100)
    return `${name} [${'█'.repeat(done)}${'░'.repeat(size - done)}] ${tail}`
  }
  const shortened = name.length > room ? `…${name.slice(name.length - Math.max(0, room - 1))}` : name
  return `${shortened} ${tail}`
}

/**
 * The text on lines that are not wider than the terminal, broken at spaces. A line that begins with a
 * space, such as a command to copy, and a word that is too long stay whole.
 */
export function wrap(text: string, columns: number = USUAL_COLUMNS): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line : wrapLine(line, columns - 1)))
    .join('\n')
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`
    if (longer.length <= width || current === '') current = longer
    else {
      lines.push(current)
      current = word
    }
  }
  return [...lines, current].join('\n')
}
