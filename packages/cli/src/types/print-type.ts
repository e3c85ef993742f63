/**
 * Types as text: everything read only, on one line where it fits.
 *
 * @module
 */
import { LINE_WIDTH, printKey, printNote, quote } from './print-text.ts'
import {
  type Member,
  type Note,
  type ObjectType,
  shapeOfFlag,
  type TypeNode,
  UNDEFINED,
  unionOf,
} from './type-node.ts'

/** A member of an object: the beginning of its line, its type, and its documentation. */
interface Entry {
  readonly head: string
  readonly type: TypeNode
  readonly note: Note
}

/**
 * A type that stands after something on a line.
 *
 * @param indent of that line.
 * @param used how much of the line is taken.
 */
export function printType(type: TypeNode, indent: string, used: number): string {
  if (type.kind === 'flag') return printType(shapeOfFlag(type), indent, used)
  const flat = printFlat(type)
  if (flat !== undefined && used + flat.length <= LINE_WIDTH) return flat
  const deeper = `${indent}  `
  switch (type.kind) {
    case 'object':
      return ['{', ...printEntries(entriesOf(type), deeper), `${indent}}`].join('\n')
    case 'list':
      return `readonly ${printPart(type.items, needsBrackets(type.items), indent)}[]`
    case 'intersection':
      return type.parts.map((part) => printPart(part, part.kind === 'union', indent)).join(' & ')
    case 'union':
      return type.parts
        .map((part) => `\n${deeper}| ${printType(part, `${deeper}  `, deeper.length + 2)}`)
        .join('')
    default:
      return flat ?? ''
  }
}

/** The members of an object, line by line. */
export function printMembers(members: readonly Member[], indent: string): readonly string[] {
  return printEntries(entriesOf({ kind: 'object', members }), indent)
}

function printEntries(entries: readonly Entry[], indent: string): readonly string[] {
  return entries.flatMap(({ head, type, note }) => {
    const text = printType(type, indent, indent.length + head.length + 1)
    return [...printNote(note, indent), `${indent}${head}${text.startsWith('\n') ? '' : ' '}${text}`]
  })
}

function printPart(part: TypeNode, bracketed: boolean, indent: string): string {
  if (!bracketed) return printType(part, indent, LINE_WIDTH)
  const deeper = `${indent}  `
  const text = printType(part, indent, LINE_WIDTH)
  return text.startsWith('\n')
    ? `(${text}\n${indent})`
    : `(\n${deeper}${printType(part, deeper, LINE_WIDTH)}\n${indent})`
}

/** On one line; undefined where something in it has a comment. */
function printFlat(type: TypeNode): string | undefined {
  switch (type.kind) {
    case 'keyword':
    case 'reference':
      return type.name
    case 'literal':
      return typeof type.value === 'string' ? quote(type.value) : String(type.value)
    case 'flag':
      return printFlat(shapeOfFlag(type))
    case 'list':
      return joinFlat([flatPart(type.items, needsBrackets(type.items))], ([items]) => `readonly ${items}[]`)
    case 'object':
      return printFlatObject(entriesOf(type))
    case 'union':
      return joinFlat(type.parts.map(printFlat), (parts) => parts.join(' | '))
    case 'intersection':
      return joinFlat(
        type.parts.map((part) => flatPart(part, part.kind === 'union')),
        (parts) => parts.join(' & '),
      )
  }
}

function printFlatObject(entries: readonly Entry[]): string | undefined {
  if (entries.length === 0) return '{}'
  return joinFlat(
    entries.map(({ head, type, note }) =>
      printNote(note, '').length > 0 ? undefined : joinFlat([printFlat(type)], ([text]) => `${head} ${text}`),
    ),
    (lines) => `{ ${lines.join('; ')} }`,
  )
}

function flatPart(part: TypeNode, bracketed: boolean): string | undefined {
  return joinFlat([printFlat(part)], ([text]) => (bracketed ? `(${text})` : `${text}`))
}

function joinFlat(
  texts: readonly (string | undefined)[],
  join: (texts: readonly string[]) => string,
): string | undefined {
  const known = texts.filter((text) => text !== undefined)
  return known.length === texts.length ? join(known) : undefined
}

/** `readonly` is for one pair of brackets, so a list of lists needs them too. */
function needsBrackets({ kind }: TypeNode): boolean {
  return kind !== 'keyword' && kind !== 'literal' && kind !== 'reference' && kind !== 'object'
}

function entriesOf({ members, rest }: ObjectType): readonly Entry[] {
  const named = members.map(({ key, type, optional, note = {} }) => ({
    head: `readonly ${printKey(key)}${optional ? '?' : ''}:`,
    type,
    note,
  }))
  if (rest === undefined) return named
  // TypeScript wants the type of the unnamed members to hold the named ones too.
  const types = members.flatMap(({ type, optional }) => (optional ? [type, UNDEFINED] : [type]))
  return [...named, { head: 'readonly [key: string]:', type: unionOf([rest, ...types]), note: {} }]
}
