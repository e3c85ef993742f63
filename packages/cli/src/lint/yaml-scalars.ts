/**
 * The plain scalars of a YAML text, without quotes and tag: their meaning depends on the version of YAML.
 *
 * @module
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'

/** A scalar without quotes and tag, what YAML 1.2 reads, and where it stands. */
export interface PlainScalar {
  /** As it is written. */
  readonly source: string
  readonly value: unknown
  readonly place: string
  readonly line: number
  readonly column: number
}

/** @param yaml a text that could be read. */
export function plainScalars(yaml: string): readonly PlainScalar[] {
  const lines = new LineCounter()
  const { contents } = parseDocument(yaml, { version: '1.2', lineCounter: lines, uniqueKeys: false })
  const scalars: PlainScalar[] = []

  function visit(node: unknown, path: readonly string[]): void {
    if (isMap(node)) for (const { key, value } of node.items) visit(value, [...path, String(key)])
    else if (isSeq(node)) for (const [at, item] of node.items.entries()) visit(item, [...path, String(at)])
    else if (isScalar(node) && node.type === 'PLAIN' && node.tag === undefined) {
      const { line, col } = lines.linePos(node.range?.[0] ?? 0)
      const { source = '', value } = node
      scalars.push({ source, value, place: path.join('.'), line, column: col })
    }
  }

  visit(contents, [])
  return scalars
}
