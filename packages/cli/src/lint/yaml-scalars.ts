/**
 * The values of a YAML text that stand there without quotes and without a tag: what they mean is a matter of
 * the version of YAML.
 *
 * @module
 */
import { isPair, isSeq, LineCounter, parseDocument, visit } from 'yaml'

export interface PlainScalar {
  /** As it is written. */
  readonly source: string
  readonly value: unknown
  readonly place: string
  readonly line: number
  readonly column: number
}

/** None of a text that is no YAML. */
export function plainScalars(yaml: string): readonly PlainScalar[] {
  const lines = new LineCounter()
  const document = parseDocument(yaml, {
    version: '1.2',
    logLevel: 'silent',
    lineCounter: lines,
    uniqueKeys: false,
  })
  const scalars: PlainScalar[] = []
  if (document.errors.length > 0) return scalars
  visit(document, {
    Scalar(at, { type, tag, source, value, range }, path) {
      if (at === 'key' || type !== 'PLAIN' || tag !== undefined) return
      const { line, col } = lines.linePos(range?.[0] ?? 0)
      const place = path.flatMap((part, depth) => {
        if (isPair(part)) return [String(part.key)]
        const item = path[depth + 1] ?? undefined
        return isSeq(part) ? [String(typeof at === 'number' && !item ? at : part.items.indexOf(item))] : []
      })
      scalars.push({ source: source ?? '', value, place: place.join('.'), line, column: col })
    },
  })
  return scalars
}
