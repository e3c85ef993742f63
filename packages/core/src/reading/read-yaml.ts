/**
 * From a YAML text to its value, with the positions of its places.
 *
 * YAML 1.2, one document. The library parses; values are made of its nodes here, in linear time.
 *
 * @module
 */
import { JsonFreezer, NotJsonError } from '../json.ts'
import { finish } from '../turns.ts'
import { type Parsed, refusalOf, unreadable } from './parsed.ts'
import { type Problem, positionsIn } from './problem.ts'
import { whyNoYamlParser, yamlParser } from './yaml-parser.ts'
import { locateInYaml } from './yaml-places.ts'
import { YamlValues } from './yaml-values.ts'

/** More than anybody reads. */
const MOST_PROBLEMS = 100
const DEEPEST_YAML = 500
/** Characters that aliases may add: each place of a text is written out before a thread hands it over. */
const MOST_ALIASED = 16_777_216

/** Parses a YAML text, checks its values and freezes them; a `PARSER_MISSING` problem while the parser is not loaded. */
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
    // With 'silent' the library would take the first of several documents.
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
  const values = new YamlValues(yaml, positionOf)
  const value = values.read(document.contents, '')
  if (values.problems.length > 0) return unreadable(...values.problems)
  const locate = locateInYaml(yaml, document, positionOf)
  try {
    new JsonFreezer(text.length + MOST_ALIASED).freeze(value, [])
    return { value, problems: [], locate }
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error
    return unreadable(finish(refusalOf(error, { locate })))
  }
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

/**
 * Checks the depth before parsing: the parser recurses, and far enough down V8 ends the process instead of
 * throwing. It counts indentation and brackets only, so it may refuse a text that nobody would write by hand.
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
