/**
 * From the bytes of a document to a frozen value.
 *
 * JSON, YAML 1.2 and text, told apart by content type; flags in their authored form, and in the Agent's, become
 * flags. Hostile input ends in an error: too large, too deep, not UTF-8, a `__proto__` key, a YAML alias bomb.
 * Never quotes what it read.
 *
 * @module
 */
import { DocumentError, messageOf } from '../errors.ts'
import { readFlags } from '../flags/authored-document.ts'
import { readIonFlags } from '../flags/ion-document.ts'
import { freezeJson, type JsonValue } from '../json.ts'
import { isErrorLike, isErrorNamed } from '../realms.ts'

/** The content of a document as it came over the wire. */
export interface RawDocument {
  readonly body: Uint8Array
  /** As AppConfig gave it, parameters and all; undefined when nobody said. */
  readonly contentType: string | undefined
}

type Yaml = Pick<typeof import('yaml'), 'parseDocument'>

/** The YAML parser once it is loaded, or why it can't be. It is CommonJS, which not every bundle can load. */
let yaml: Yaml | { readonly problem: string } = { problem: 'it was not asked for' }

/**
 * Loads what a content of this type is read by, where it is not loaded yet. To be awaited before
 * {@link parseDocument}; it never rejects, since a document that can't be read is told by that.
 */
export function loadParser({ contentType }: Pick<RawDocument, 'contentType'>): Promise<void> | undefined {
  return parserOf(contentType) === parseYaml && 'problem' in yaml ? loadYaml() : undefined
}

async function loadYaml(): Promise<void> {
  try {
    yaml = await import('yaml')
  } catch (error) {
    yaml = { problem: messageOf(error) }
  }
}

/**
 * @param maxBytes the largest body to look at.
 * @throws {DocumentError} `DOCUMENT_TOO_LARGE` or `DOCUMENT_INVALID`.
 */
export function parseDocument({ body, contentType }: RawDocument, maxBytes: number): JsonValue {
  if (body.byteLength > maxBytes) {
    throw new DocumentError(
      'DOCUMENT_TOO_LARGE',
      `the document has ${body.byteLength} bytes and maxDocumentBytes is ${maxBytes}. Make it smaller, or raise the option`,
    )
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return freezeJson(readFlags(freezeJson(parserOf(contentType)(text))))
  } catch (error) {
    throw new DocumentError(
      'DOCUMENT_INVALID',
      `the document (${contentType ?? 'no content type'}) can't be used: ${reason(error)}. Mend it and deploy again`,
    )
  }
}

function parserOf(contentType: string | undefined): (text: string) => JsonValue {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === undefined || type === '' || type === 'application/octet-stream') return parseUnnamed
  if (type === 'application/json' || type.endsWith('+json')) return parseJson
  if (/^(application|text)\/(x-)?yaml$/.test(type) || type.endsWith('+yaml')) return parseYaml
  if (type === 'application/ion') return readIonFlags
  return (text) => text
}

/** JSON if it is JSON: what is stored without a content type mostly is. */
function parseUnnamed(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text)
  } catch (error) {
    // V8's own text quotes the document.
    const position = /position \d+(?: \(line \d+ column \d+\))?/.exec(String(error))
    throw new Error(`it is not JSON${position ? ` (at ${position[0]})` : ''}`)
  }
}

function parseYaml(text: string): JsonValue {
  refuseDeepYaml(text)
  if ('problem' in yaml) {
    throw new Error(`the YAML parser is not loaded: ${yaml.problem}. For bundles see docs/sources.md`)
  }
  const document = yaml.parseDocument(text, { prettyErrors: false, logLevel: 'error', version: '1.2' })
  const [error] = document.errors
  if (error) throw new Error(`it is not YAML (${error.code} at position ${error.pos[0]})`)
  // The library counts what aliases would expand to, and stops there.
  return document.toJS({ maxAliasCount: 100 })
}

const DEEPEST_YAML = 500

/**
 * Before the parser sees it: it recurses, and far enough down V8 ends the whole process instead of
 * throwing. Counts indentation and brackets only, so it may refuse a text nobody would write by hand.
 */
function refuseDeepYaml(text: string): void {
  let brackets = 0
  for (const line of text.split('\n')) {
    const [indentation = ''] = /^(?:[ \t]|[-?][ \t])*/.exec(line) ?? []
    if (indentation.length > 2 * DEEPEST_YAML) throw new RangeError()
    for (const character of line) {
      if (character === '[' || character === '{') brackets++
      else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1)
      if (brackets > DEEPEST_YAML) throw new RangeError()
    }
  }
}

function reason(error: unknown): string {
  if (isErrorNamed(error, 'RangeError')) return 'it is nested too deep'
  if (isErrorNamed(error, 'TypeError')) return 'it is not UTF-8'
  return isErrorLike(error) ? error.message : 'it can not be read'
}
