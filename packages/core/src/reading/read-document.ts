/**
 * From the bytes of a document to its value and its problems.
 *
 * JSON, YAML 1.2, the Agent's Ion text and plain text, by content type; flags in their authored form, and in
 * the Agent's, become flags. Hostile input ends in a problem: too large, too deep, not UTF-8, a `__proto__`
 * key, a YAML alias bomb. The client, the command and the local AppConfig all read documents here, so they
 * agree. Never throws; never quotes values.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import { messageOf } from '../errors.ts'
import type { FlagFault } from '../flags/admission/faults.ts'
import { readFlagDocument } from '../flags/authored-document.ts'
import { readIonFlags } from '../flags/ion-document.ts'
import { freezeJson, isPlainObject, type JsonValue, NotJsonError } from '../json.ts'
import { decode } from './decode.ts'
import { type Format, formatOf } from './formats.ts'
import { NOWHERE, type Parsed, unreadable } from './parsed.ts'
import type { Locate, Problem } from './problem.ts'
import { readJson } from './read-json.ts'
import { readYaml } from './read-yaml.ts'
import { loadYamlParser, yamlParser } from './yaml-parser.ts'
import { isLargeYaml, readYamlInThread } from './yaml-thread.ts'

/** The content of a document, as it arrived. */
export interface RawDocument {
  readonly body: Uint8Array
  /** As AppConfig gave it, with parameters; undefined if it gave none. */
  readonly contentType: string | undefined
}

/** Options of {@link readDocument}. */
export interface ReadOptions {
  /**
   * The largest body to read, in bytes; a larger one is a `TOO_LARGE` problem.
   *
   * @default 4 MiB
   */
  readonly maxBytes?: number
}

/** The result of reading a document. */
export interface Reading {
  /** The value that requests see, frozen; undefined if there are problems. */
  readonly value: JsonValue | undefined
  /** The value as written, flags with their definitions; undefined if it can't be parsed. */
  readonly written: JsonValue | undefined
  /** The text; undefined if the bytes are none. */
  readonly text: string | undefined
  readonly format: Format
  readonly problems: readonly Problem[]
  /** Finds positions of places. */
  readonly locate: Locate
}

const MOST_BYTES = 4_194_304
/** More than anybody reads. */
const MOST_PROBLEMS = 1000

/**
 * Loads the parser of a content type: YAML's, if it is not loaded yet. Await it before {@link readDocument}.
 * It never rejects: without the parser, reading gives a `PARSER_MISSING` problem.
 *
 * @returns undefined if there is nothing to wait for.
 */
export function loadParser({ contentType }: Pick<RawDocument, 'contentType'>): Promise<void> | undefined {
  return formatOf(contentType) === 'yaml' && yamlParser() === undefined ? loadYamlParser() : undefined
}

/**
 * Does the slow part of reading, off the event loop where possible: loading a parser, and parsing large YAML.
 * Never rejects.
 *
 * @returns the parsed document, for {@link readDocument}; undefined if there is nothing to wait for.
 */
export function prepareReading(
  raw: RawDocument,
  { maxBytes = MOST_BYTES }: ReadOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Parsed | undefined> | undefined {
  if (formatOf(raw.contentType) !== 'yaml') return undefined
  const text = textOf(raw.body, maxBytes)
  if (typeof text !== 'string' || !isLargeYaml(text)) return loadParser(raw)?.then(() => undefined)
  return readYamlInThread(text, clock, signal).then(async (parsed) => {
    if (parsed === undefined) await loadParser(raw)
    return parsed
  })
}

/**
 * Reads a document: decodes, parses, checks limits, interprets flags, and freezes the value.
 *
 * @param prepared what `prepareReading` has parsed of this document.
 */
export function readDocument(
  { body, contentType }: RawDocument,
  { maxBytes = MOST_BYTES }: ReadOptions = {},
  prepared?: Parsed,
): Reading {
  const format = formatOf(contentType)
  const nothing = { value: undefined, written: undefined, text: undefined, format, locate: NOWHERE }
  const text = textOf(body, maxBytes)
  if (typeof text !== 'string') return { ...nothing, problems: [text] }
  const parsed = frozen(prepared ?? parse(format, text))
  const { value: written, locate } = parsed
  if (written === undefined) return { ...nothing, text, problems: parsed.problems }
  const { faults, ...flags } = readFlagDocument(written)
  if (faults) {
    const problems = faults.slice(0, MOST_PROBLEMS).map((fault) => problemOf(fault, locate))
    return { value: undefined, written, text, format, locate, problems }
  }
  const { value } = flags as { readonly value: JsonValue }
  // A value that is served as written was frozen before.
  return {
    value: value === written ? value : freezeJson(value),
    written,
    text,
    format,
    locate,
    problems: [],
  }
}

/**
 * The problem of a document whose value is no object, which a configuration must be; undefined for an object.
 */
export function notAnObject({ value, format, text = '' }: Reading): Problem | undefined {
  if (value === undefined || isPlainObject(value)) return undefined
  // It counts as text because it is not JSON: that is the problem to report.
  const [notJson] = format === 'unnamed' ? readJson(text).problems : []
  if (notJson) return notJson
  const kind = Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'a text' : `a ${typeof value}`
  return { place: '', code: 'NOT_AN_OBJECT', text: `is ${kind}, and a configuration is an object` }
}

function textOf(body: Uint8Array, maxBytes: number): string | Problem {
  if (body.byteLength === 0) return { place: '', code: 'EMPTY', text: 'is empty' }
  if (body.byteLength <= maxBytes) return decode(body)
  const text = `has ${body.byteLength} bytes, and at most ${maxBytes} are taken`
  return { place: '', code: 'TOO_LARGE', text }
}

function parse(format: Format, text: string): Parsed {
  switch (format) {
    case 'json':
      return readJson(text)
    case 'yaml':
      return readYaml(text)
    case 'ion':
      return readIon(text)
    case 'text':
      return { value: text, problems: [], locate: NOWHERE }
    case 'unnamed':
      return readUnnamed(text)
  }
}

/** A document without a content type is JSON in most cases. */
function readUnnamed(text: string): Parsed {
  const json = readJson(text)
  return json.value === undefined ? { value: text, problems: [], locate: NOWHERE } : json
}

function readIon(text: string): Parsed {
  try {
    return { value: readIonFlags(text), problems: [], locate: NOWHERE }
  } catch (error) {
    return unreadable({ place: '', code: 'NOT_ION', text: `can't be read as flags: ${messageOf(error)}` })
  }
}

/** The value, checked and frozen. */
function frozen({ value, problems, locate }: Parsed): Parsed {
  if (value === undefined) return { value, problems, locate }
  // Also a document of comments only.
  if (value === null) return unreadable({ place: '', code: 'EMPTY', text: 'holds nothing' })
  try {
    return { value: freezeJson(value), problems, locate }
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error
    const { code, path, problem } = error
    const place = path.join('.')
    return unreadable({ place, code, text: problem, ...locate(place) })
  }
}

function problemOf({ place, code, text }: FlagFault, locate: Locate): Problem {
  return { place, code, text, ...locate(place) }
}
