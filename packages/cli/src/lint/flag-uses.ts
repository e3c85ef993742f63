/**
 * Where code decides by a flag: calls and decorators of these libraries whose flag is a text.
 *
 * The code is read as tokens, not parsed, so that code in TypeScript, with decorators or half written is read, too.
 * Comments and texts are no code. What is not found: a key that is built from parts, a function under another name,
 * and `config.featureA` without a call.
 *
 * @module
 */
import jsTokens from 'js-tokens'

/** How code decides by a flag. */
export type FlagCall =
  | 'flagged'
  | 'flagged.variants'
  | 'requireFlag'
  | 'isEnabled'
  | 'variantOf'
  | '@Flag'
  | '@Flagged'

/** One place in code. */
export interface FlagUse {
  readonly flag: string
  readonly call: FlagCall
  /** Whether it has options of its own, such as the default of `isEnabled`. */
  readonly hasOptions: boolean
  readonly line: number
  readonly column: number
}

interface CodeToken {
  readonly type: string
  readonly value: string
  /** The characters before it. */
  readonly at: number
}

/** Calls with the flag first, and those with a configuration before it, unless they are methods of a service. */
const FLAG_FIRST: readonly string[] = ['flagged', 'flagged.variants', 'requireFlag', '@Flag', '@Flagged']
const FLAG_ANYWHERE: readonly string[] = ['isEnabled', 'variantOf']

const SPACE = ['WhiteSpace', 'LineTerminatorSequence', 'SingleLineComment', 'MultiLineComment']

/**
 * The uses of flags in a text of JavaScript or TypeScript, in its order.
 *
 * Without a parser, `<` may begin JSX or a type parameter. So it is read both ways, and what either finds counts.
 */
export function flagUses(text: string): readonly FlagUse[] {
  const found = [false, true].flatMap((jsx) => usesIn(text, codeTokens(text, jsx)))
  const byPlace = new Map(found.map((use) => [`${use.line}:${use.column}`, use]))
  return [...byPlace.values()].sort((a, b) => a.line - b.line || a.column - b.column)
}

function usesIn(text: string, tokens: readonly CodeToken[]): readonly FlagUse[] {
  return tokens.flatMap((token, index) => {
    if (token.value !== '(') return []
    const call = nameBefore(tokens, index)
    if (!FLAG_FIRST.includes(call) && !FLAG_ANYWHERE.includes(call)) return []
    const parts = argumentsFrom(tokens, index)
    // The type that a configuration is taken as may hold commas.
    const flagAt = FLAG_FIRST.includes(call) ? 0 : parts.findIndex((part) => textOf(part) !== undefined)
    const flag = textOf(parts[flagAt])
    if (flag === undefined) return []
    const { at } = tokens[index - 1] ?? token
    return [{ flag, call: call as FlagCall, hasOptions: parts.length > flagAt + 1, ...positionOf(text, at) }]
  })
}

function codeTokens(text: string, jsx: boolean): readonly CodeToken[] {
  let at = 0
  const tokens: CodeToken[] = []
  // Its declarations know `jsx: true` and `jsx?: boolean` as different calls.
  for (const { type, value } of jsx ? jsTokens(text, { jsx }) : jsTokens(text)) {
    if (!SPACE.includes(type)) tokens.push({ type, value, at })
    at += value.length
  }
  return tokens
}

/** `flagged`, `flagged.variants`, or `@Flag`: also of a namespace, `express.flagged` and `@nest.Flag`. */
function nameBefore(tokens: readonly CodeToken[], index: number): string {
  const [name, dot, owner] = [1, 2, 3].map((back) => tokens[index - back]?.value ?? '')
  if (name === 'variants') return `${owner}${dot}${name}`
  return dot === '@' || (dot === '.' && tokens[index - 4]?.value === '@') ? `@${name}` : (name ?? '')
}

/** The arguments of a call, as the tokens of each. */
function argumentsFrom(tokens: readonly CodeToken[], open: number): readonly (readonly CodeToken[])[] {
  const parts: CodeToken[][] = [[]]
  let depth = 0
  for (const token of tokens.slice(open)) {
    if (isOpening(token)) depth++
    if (isClosing(token)) depth--
    if (depth === 0) break
    if (depth === 1 && token.value === ',') parts.push([])
    else if (token !== tokens[open]) parts.at(-1)?.push(token)
  }
  // A comma may stand behind the last.
  return parts.at(-1)?.length === 0 ? parts.slice(0, -1) : parts
}

function isOpening({ type, value }: CodeToken): boolean {
  return type === 'TemplateHead' || (type === 'Punctuator' && ['(', '[', '{'].includes(value))
}

function isClosing({ type, value }: CodeToken): boolean {
  return type === 'TemplateTail' || (type === 'Punctuator' && [')', ']', '}'].includes(value))
}

/** The text that an argument is, where it is nothing but a text. */
function textOf(part: readonly CodeToken[] | undefined): string | undefined {
  const [only] = part ?? []
  if (only === undefined || part?.length !== 1) return undefined
  const isText = only.type === 'StringLiteral' || only.type === 'NoSubstitutionTemplate'
  // Keys of flags hold nothing that would be escaped.
  return isText && !only.value.includes('\\') ? only.value.slice(1, -1) : undefined
}

function positionOf(text: string, at: number): Pick<FlagUse, 'line' | 'column'> {
  const before = text.slice(0, at)
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') }
}
