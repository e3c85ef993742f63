/**
 * From a YAML text to its value, and where each place of it stands.
 *
 * YAML 1.2, one document, of which only what JSON knows is taken; `<<` merges. The library parses; from its nodes to
 * values the way is here, because it must be linear: keys that are there twice and aliases are looked up, not
 * searched for, and a value that aliases would blow up is refused.
 *
 * @module
 */
import type { Alias, Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { JsonValue } from '../json.ts'
import { type Parsed, unreadable } from './parsed.ts'
import { partAt } from './places.ts'
import { type Position, type Problem, positionsIn } from './problem.ts'
import { whyNoYamlParser, type Yaml, yamlParser } from './yaml-parser.ts'

type PositionOf = (offset: number) => Position

/** More than anybody reads. */
const MOST_PROBLEMS = 100
const DEEPEST_YAML = 500
/** What merges may copy together: more than a document may hold. */
const MOST_MEMBERS = 1_000_000

export function readYaml(text: string): Parsed {
  const depth = tooDeep(text)
  if (depth) return unreadable(depth)
  const yaml = yamlParser()
  if (!yaml) {
    const problem = `can't be read, the YAML parser is not loaded: ${whyNoYamlParser()}`
    return unreadable({ place: '', code: 'PARSER_MISSING', text: problem })
  }
  const document = yaml.parseDocument(text, {
    prettyErrors: false,
    // 'silent' would take the first of several documents.
    logLevel: 'error',
    version: '1.2',
    uniqueKeys: false,
  })
  const positionOf = positionsIn(text)
  if (document.errors.length > 0) {
    return unreadable(
      ...document.errors.slice(0, MOST_PROBLEMS).map(({ code, pos: [offset] }) => ({
        place: '',
        code: 'NOT_YAML' as const,
        text: `is not YAML that can be used: ${WORDS[code] ?? code.toLowerCase().replaceAll('_', ' ')}`,
        ...positionOf(offset),
      })),
    )
  }
  const reader = yamlReader(yaml, positionOf)
  const value = reader.read(document.contents, '')
  if (reader.problems.length > 0) return unreadable(...reader.problems)
  return { value, problems: [], locate: locateIn(yaml, document, positionOf) }
}

const WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here, and a file holds one',
  TAB_AS_INDENT: 'a tab indents the line, which only spaces may',
  BAD_INDENT: 'the line is not indented like those it belongs to',
  MISSING_CHAR: 'a character such as a colon, comma, quote or bracket is missing',
  UNEXPECTED_TOKEN: 'this does not belong here',
  BLOCK_AS_IMPLICIT_KEY: 'a key and its value begin where a value should be',
  MULTILINE_IMPLICIT_KEY: 'a key stands on more than one line',
}

interface YamlReader {
  readonly problems: Problem[]
  read(node: unknown, place: string): JsonValue
}

function yamlReader(yaml: Yaml, positionOf: PositionOf): YamlReader {
  const problems: Problem[] = []
  const anchors = new Map<string, JsonValue>()
  let members = 0

  function refuse(node: unknown, place: string, code: Problem['code'], text: string): null {
    const offset = (node as Node | null)?.range?.[0]
    if (problems.length < MOST_PROBLEMS)
      problems.push({ place, code, text, ...(offset !== undefined && positionOf(offset)) })
    return null
  }

  function read(node: unknown, place: string): JsonValue {
    if (yaml.isAlias(node)) return valueOfAlias(node, place)
    const value = yaml.isMap(node)
      ? valueOfMap(node, place)
      : yaml.isSeq(node)
        ? valueOfSeq(node, place)
        : yaml.isScalar(node)
          ? valueOfScalar(node, place)
          : null
    const anchor = (node as Node | null)?.anchor
    if (anchor !== undefined) anchors.set(anchor, value)
    return value
  }

  function valueOfAlias(alias: Alias, place: string): JsonValue {
    const value = anchors.get(alias.source)
    return value === undefined ? refuse(alias, place, 'NOT_YAML', 'is an alias to nothing above it') : value
  }

  function valueOfScalar(scalar: Scalar, place: string): JsonValue {
    const { value } = scalar
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (typeof value === 'number') return refuse(scalar, place, 'VALUE_REFUSED', 'is not a finite number')
    // A merge key that stands where a value should.
    if (typeof value === 'symbol') return '<<'
    return refuse(scalar, place, 'VALUE_REFUSED', 'is of a type that JSON does not know')
  }

  function valueOfSeq(seq: YAMLSeq, place: string): JsonValue {
    if (isTagged(seq)) return refuse(seq, place, 'VALUE_REFUSED', 'is of a type that JSON does not know')
    return seq.items.map((item, index) => read(item, below(place, String(index))))
  }

  function valueOfMap(map: YAMLMap, place: string): JsonValue {
    if (isTagged(map)) return refuse(map, place, 'VALUE_REFUSED', 'is of a type that JSON does not know')
    const own = new Map<string, JsonValue>()
    const merged = new Map<string, JsonValue>()
    for (const pair of map.items) {
      if (isMergeKey(yaml, pair)) {
        merge(merged, pair, place)
        continue
      }
      const key = keyOf(pair, place)
      if (key === undefined) continue
      const at = below(place, key)
      if (own.has(key)) refuse(pair.key, at, 'KEY_TWICE', 'is there twice')
      own.set(key, read(pair.value, at))
    }
    if (merged.size === 0) return Object.fromEntries(own)
    return Object.fromEntries([...merged, ...own])
  }

  function keyOf({ key }: Pair, place: string): string | undefined {
    const value = yaml.isAlias(key) ? valueOfAlias(key, place) : yaml.isScalar(key) ? key.value : undefined
    if (yaml.isScalar(key) && key.anchor !== undefined) anchors.set(key.anchor, valueOfScalar(key, place))
    if (key === null || value === null) return ''
    if (value !== undefined && typeof value !== 'object') return String(value)
    refuse(key, place, 'KEY_REFUSED', 'has a key that is no text')
    return undefined
  }

  /** Of several, the first that has a key gives it. */
  function merge(into: Map<string, JsonValue>, { key, value }: Pair, place: string): void {
    const at = below(place, '<<')
    const given = read(value, at)
    for (const source of Array.isArray(given) ? (given as readonly JsonValue[]) : [given]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        refuse(key, at, 'NOT_YAML', 'merges something that is no object')
        return
      }
      for (const [name, part] of Object.entries(source)) {
        if (++members > MOST_MEMBERS) {
          if (members === MOST_MEMBERS + 1) refuse(key, at, 'TOO_MANY_VALUES', 'merges too much')
          return
        }
        if (!into.has(name)) into.set(name, part)
      }
    }
  }

  return { problems, read }
}

/** `!!set`, `!!omap` and `!!pairs`, which become something else than an object or a list. */
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

function locateIn(yaml: Yaml, { contents }: Document, positionOf: PositionOf): Parsed['locate'] {
  const partsOf = indexing(yaml)
  const root = { offset: contents?.range?.[0] ?? 0, node: contents }
  return (place) => positionOf(partAt<Part>(root, place, partsOf).offset)
}

interface Part {
  readonly offset: number
  readonly node: unknown
}

/** The members and items of nodes by key and index, gathered once per node. */
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

/**
 * Before the parser sees it: it recurses, and far enough down V8 ends the whole process instead of
 * throwing. Counts indentation and brackets only, so it may refuse a text nobody would write by hand.
 */
function tooDeep(text: string): Problem | undefined {
  let brackets = 0
  for (const [at, line] of text.split('\n').entries()) {
    const [indentation = ''] = /^(?:[ \t]|[-?][ \t])*/.exec(line) ?? []
    let isTooDeep = indentation.length > 2 * DEEPEST_YAML
    for (const character of line) {
      if (character === '[' || character === '{') brackets++
      else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1)
      isTooDeep ||= brackets > DEEPEST_YAML
    }
    if (isTooDeep) return { place: '', code: 'TOO_DEEP', text: 'is nested too deep', line: at + 1 }
  }
  return undefined
}
