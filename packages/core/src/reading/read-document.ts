/**
 * From the bytes of a document to its value, and all that is wrong with it.
 *
 * JSON, YAML 1.2, the Agent's Ion text and plain text, told apart by content type; flags in their authored form, and
 * in the Agent's, become flags. Hostile input ends in a problem: too large, too deep, not UTF-8, a `__proto__` key, a
 * YAML alias bomb. The client, the command and whoever else reads documents read them here, so that they agree.
 * Never throws; never quotes what it read.
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

/** The content of a document as it came over the wire. */
export interface RawDocument {
  readonly body: Uint8Array
  /** As AppConfig gave it, parameters and all; undefined when nobody said. */
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

/** What a document comes to. */
export interface Reading {
  /** As requests see it; undefined where there are problems. */
  readonly value: JsonValue | undefined
  /** As it is written, flags with their definitions; undefined where it can't be parsed. */
  readonly written: JsonValue | undefined
  /** The text, where the bytes are one. */
  readonly text: string | undefined
  readonly format: Format
  readonly problems: readonly Problem[]
  /** Where a place of it stands. */
  readonly locate: Locate
}

const MOST_BYTES = 4_194_304
/** More than anybody reads. */
const MOST_PROBLEMS = 1000

/**
 * Loads what a content of this type is read by, where it is not loaded yet. To be awaited before
 * {@link readDocument}; it never rejects, since a document that can't be read is told by that.
 */
export function loadParser({ contentType }: Pick<RawDocument, 'contentType'>): Promise<void> | undefined {
  return formatOf(contentType) === 'yaml' && yamlParser() === undefined ? loadYamlParser() : undefined
}

/**
 * What takes time before a document can be read, done off the event loop where it takes long: loading a parser, and
 * parsing large YAML. Undefined where there is nothing to wait for; never rejects.
 *
 * @returns what {@link readDocument} is to be given as `parsed`.
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

/** @param prepared what was parsed of this very document before: see {@link prepareReading}. */
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
  // What is served as it is written was frozen before.
  return {
    value: value === written ? value : freezeJson(value),
    written,
    text,
    format,
    locate,
    problems: [],
  }
}

/** Why a document that could be read is no configuration of requests, which is an object. */
export function notAnObject({ value, format, text = '' }: Reading): Problem | undefined {
  if (value === undefined || isPlainObject(value)) return undefined
  // It was taken for a text because it is no JSON: that is what has to be mended.
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

/** What is stored without a content type mostly is JSON. */
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

/** The value frozen, as one that can be shared. */
function frozen({ value, problems, locate }: Parsed): Parsed {
  if (value === undefined) return { value, problems, locate }
  // A document of nothing but comments, too.
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
