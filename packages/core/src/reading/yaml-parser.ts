/**
 * The YAML parser, loaded when the first YAML arrives. It is CommonJS, which some bundles can't load.
 *
 * @module
 */
import { messageOf } from '../errors.ts'

/** What is used of the package `yaml`. */
export type Yaml = Pick<typeof import('yaml'), 'parseDocument' | 'isMap' | 'isSeq' | 'isScalar' | 'isAlias'>

let parser: Yaml | undefined
let failure = 'it was not asked for'

/** The parser, once it is loaded. */
export function yamlParser(): Yaml | undefined {
  return parser
}

/** Why the parser is not loaded. */
export function whyNoYamlParser(): string {
  return failure
}

/** Loads the parser. Never rejects: see {@link whyNoYamlParser}. */
export async function loadYamlParser(): Promise<void> {
  if (parser) return
  try {
    parser = await import('yaml')
  } catch (error) {
    failure = messageOf(error)
  }
}
