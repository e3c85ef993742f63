/**
 * From the nodes of a parsed YAML document to its value.
 *
 * In linear time: duplicate keys and aliases are looked up, not searched for. Only values of JSON are
 * accepted; `<<` merges, and merged members are counted.
 *
 * @module
 */
import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { JsonValue } from '../json.ts'
import type { Position, Problem } from './problem.ts'
import type { Yaml } from './yaml-parser.ts'

type PositionOf = (offset: number) => Position

/** More than anybody reads. */
const MOST_PROBLEMS = 100
/** More than a document may hold. */
const MOST_MEMBERS = 1_000_000

/** From nodes to values, one document each. */
export class YamlValues {
  readonly problems: Problem[] = []
  readonly #yaml: Yaml
  readonly #positionOf: PositionOf
  readonly #anchors = new Map<string, JsonValue>()
  /** The number of members that merges have copied. */
  #members = 0

  constructor(yaml: Yaml, positionOf: PositionOf) {
    this.#yaml = yaml
    this.#positionOf = positionOf
  }

  #refuse(node: unknown, place: string, code: Problem['code'], text: string): null {
    const offset = (node as Node | null)?.range?.[0]
    if (this.problems.length < MOST_PROBLEMS)
      this.problems.push({ place, code, text, ...(offset !== undefined && this.#positionOf(offset)) })
    return null
  }

  read(node: unknown, place: string): JsonValue {
    if (this.#yaml.isAlias(node)) return this.#valueOfAlias(node, place)
    const value = this.#yaml.isMap(node)
      ? this.#valueOfMap(node, place)
      : this.#yaml.isSeq(node)
        ? this.#valueOfSeq(node, place)
        : this.#yaml.isScalar(node)
          ? this.#valueOfScalar(node, place)
          : null
    const anchor = (node as Node | null)?.anchor
    if (anchor !== undefined) this.#anchors.set(anchor, value)
    return value
  }

  #valueOfAlias(alias: Alias, place: string): JsonValue {
    const value = this.#anchors.get(alias.source)
    return value === undefined
      ? this.#refuse(alias, place, 'NOT_YAML', 'is an alias to nothing above it')
      : value
  }

  #valueOfScalar(scalar: Scalar, place: string): JsonValue {
    const { value } = scalar
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    // No -0, which JSON text from a thread does not hold.
    if (typeof value === 'number' && Number.isFinite(value)) return value + 0
    if (typeof value === 'number')
      return this.#refuse(scalar, place, 'VALUE_REFUSED', 'is not a finite number')
    // A merge key in the place of a value.
    if (typeof value === 'symbol') return '<<'
    return this.#refuse(scalar, place, 'VALUE_REFUSED', 'is of a type that JSON does not know')
  }

  #valueOfSeq(seq: YAMLSeq, place: string): JsonValue {
    if (isTagged(seq))
      return this.#refuse(seq, place, 'VALUE_REFUSED', 'is of a type that JSON does not know')
    return seq.items.map((item, index) => this.read(item, below(place, String(index))))
  }

  #valueOfMap(map: YAMLMap, place: string): JsonValue {
    if (isTagged(map))
      return this.#refuse(map, place, 'VALUE_REFUSED', 'is of a type that JSON does not know')
    const own = new Map<string, JsonValue>()
    const merged = new Map<string, JsonValue>()
    for (const pair of map.items) {
      if (isMergeKey(this.#yaml, pair)) {
        this.#merge(merged, pair, place)
        continue
      }
      const key = this.#keyOf(pair, place)
      if (key === undefined) continue
      const at = below(place, key)
      if (own.has(key)) this.#refuse(pair.key, at, 'KEY_TWICE', 'is there twice')
      own.set(key, this.read(pair.value, at))
    }
    if (merged.size === 0) return Object.fromEntries(own)
    return Object.fromEntries([...merged, ...own])
  }

  #keyOf({ key }: Pair, place: string): string | undefined {
    const value = this.#yaml.isAlias(key)
      ? this.#valueOfAlias(key, place)
      : this.#yaml.isScalar(key)
        ? key.value
        : undefined
    if (this.#yaml.isScalar(key) && key.anchor !== undefined)
      this.#anchors.set(key.anchor, this.#valueOfScalar(key, place))
    if (key === null || value === null) return ''
    if (value !== undefined && typeof value !== 'object') return String(value)
    this.#refuse(key, place, 'KEY_REFUSED', 'has a key that is no text')
    return undefined
  }

  /** Merges objects: of several that have a key, the first wins. */
  #merge(into: Map<string, JsonValue>, { key, value }: Pair, place: string): void {
    const at = below(place, '<<')
    const given = this.read(value, at)
    for (const source of Array.isArray(given) ? (given as readonly JsonValue[]) : [given]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        this.#refuse(key, at, 'NOT_YAML', 'merges something that is no object')
        return
      }
      for (const [name, part] of Object.entries(source)) {
        if (++this.#members > MOST_MEMBERS) {
          if (this.#members === MOST_MEMBERS + 1) this.#refuse(key, at, 'TOO_MANY_VALUES', 'merges too much')
          return
        }
        if (!into.has(name)) into.set(name, part)
      }
    }
  }
}

/** Whether a node has a tag such as `!!set`, `!!omap` or `!!pairs`, whose value is no object or list. */
function isTagged({ tag }: YAMLMap | YAMLSeq): boolean {
  return tag !== undefined && /^tag:yaml\.org,2002:(?!map$|seq$)/.test(tag)
}

function isMergeKey(yaml: Yaml, { key }: Pair): boolean {
  if (!yaml.isScalar(key) || (key.type !== undefined && key.type !== 'PLAIN')) return false
  return key.value === '<<' || (typeof key.value === 'symbol' && key.value.description === '<<')
}

function below(place: string, part: string): string {
  return place === '' ? part : `${place}.${part}`
}
