/**
 * The positions of places in a YAML document.
 *
 * @module
 */
import type { Document, Node } from 'yaml'
import { partAt } from './places.ts'
import type { Locate, Position } from './problem.ts'
import type { Yaml } from './yaml-parser.ts'

/** Makes the function that finds places of a parsed YAML document. */
export function locateInYaml(
  yaml: Yaml,
  { contents }: Document,
  positionOf: (offset: number) => Position,
): Locate {
  const partsOf = indexing(yaml)
  const root = { offset: contents?.range?.[0] ?? 0, node: contents }
  return (place) => positionOf(partAt<Part>(root, place, partsOf).offset)
}

interface Part {
  readonly offset: number
  readonly node: unknown
}

/** The members and items of nodes, by key and index; collected once for each node. */
function indexing(yaml: Yaml): (part: Part) => ReadonlyMap<string, Part> {
  const known = new Map<unknown, ReadonlyMap<string, Part>>()
  return function partsOf({ node }) {
    const parts = known.get(node) ?? new Map(partsIn(yaml, node))
    known.set(node, parts)
    return parts
  }
}

function partsIn(yaml: Yaml, node: unknown): [string, Part][] {
  if (yaml.isMap(node)) {
    return node.items.map(({ key, value }): [string, Part] => {
      const offset = (key as Node | null)?.range?.[0] ?? node.range?.[0] ?? 0
      return [yaml.isScalar(key) ? String(key.value ?? '') : '', { offset, node: value }]
    })
  }
  if (!yaml.isSeq(node)) return []
  return node.items.map((item, index): [string, Part] => [
    String(index),
    { offset: (item as Node | null)?.range?.[0] ?? node.range?.[0] ?? 0, node: item },
  ])
}
