/**
 * How large a pattern becomes when its repetitions are unrolled, as RE2 does: `(ab){10}` is twenty.
 *
 * An estimate from the text, to be had before the pattern is compiled. It may be too high, never much too low: what
 * is no pattern at all is counted as if it were one.
 *
 * @module
 */

const REPETITION = /\{(\d+)(?:,(\d*))?\}/y
/** From the backslash: a class or character by name or number, or any other escape. */
const ESCAPE = /\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|[\s\S])?/y
const QUOTED = /\\Q([\s\S]*?)(?:\\E|$)/y
/** A `]` that comes first is one of the characters. */
const CLASS = /\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]?/y

/** About how many states a pattern has once its repetitions are written out. Linear in the pattern. */
export function unrolledSize(pattern: string): number {
  /** The sizes of the groups around, then of what has been read of the one here. */
  const outer: number[] = []
  let size = 0
  let last = 0
  let position = 0
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = position
    const taken = expression.exec(pattern)
    if (taken !== null) position += taken[0].length
    return taken
  }
  while (position < pattern.length) {
    const repeated = take(REPETITION)
    if (repeated !== null) {
      const times = Number(repeated[2] || repeated[1])
      size += last * (times - 1)
      last *= times
      continue
    }
    const character = pattern[position]
    if (character === '(') {
      outer.push(size)
      size = last = 0
      position++
    } else if (character === ')') {
      // One too many closes all there was. An empty group is something, too.
      size += 2
      last = size
      size += outer.pop() ?? 0
      position++
    } else {
      const quoted = character === '\\' ? take(QUOTED) : null
      last = quoted === null ? 1 : (quoted[1]?.length ?? 0)
      if (quoted === null && take(character === '\\' ? ESCAPE : CLASS) === null) position++
      size += last
    }
  }
  return outer.reduce((sum, part) => sum + part, size)
}
