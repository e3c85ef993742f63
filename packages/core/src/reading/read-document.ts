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
import { readFlagDocument } from '../flags/authored-document.ts'
import { readIonFlags } from '../flags/ion-document.ts'
import { isPlainObject, type JsonValue, NotJsonError } from '../json.ts'
import { finish, finishInTurns, type Steps } from '../turns.ts'
import { decode } from './decode.ts'
import { type Format, formatOf } from './formats.ts'
import { NOWHERE, type Parsed, problemOf, refusalOf, unreadable } from './parsed.ts'
import type { Locate, Problem } from './problem.ts'
import { readJson } from './read-json.ts'
import { readYaml } from './read-yaml.ts'
import { loadYamlParser, yamlParser } from './yaml-parser.ts'
import { isLargeYaml, type Prepared, readYamlInThread } from './yaml-thread.ts'

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
  /** Why a document without a content type counts as text: it is no JSON. */
  readonly notJson: Problem | undefined
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
 * Does what is slow off the event loop, where possible: loading a parser, and parsing large YAML. It rejects only
 * when it is aborted.
 *
 * @returns the parsed document, for {@link readDocumentInSteps}; undefined if there is nothing to wait for.
 */
export function prepareReading(
  raw: RawDocument,
  { maxBytes = MOST_BYTES }: ReadOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Prepared | undefined> | undefined {
  if (formatOf(raw.contentType) !== 'yaml') return undefined
  const { byteLength } = raw.body
  if (!isLargeYaml(byteLength) || byteLength > maxBytes) return loadParser(raw)?.then(() => undefined)
  return readLargeYaml(raw, maxBytes, clock, signal)
}

async function readLargeYaml(
  raw: RawDocument,
  maxBytes: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Prepared | undefined> {
  const text = await finishInTurns(textOf(raw.body, maxBytes), { signal })
  const prepared = typeof text === 'string' ? await readYamlInThread(text, clock, signal) : undefined
  if (prepared === undefined) await loadParser(raw)
  return prepared
}

/** Reads a document at once: decodes, parses, checks limits, interprets flags, and freezes the value. */
export function readDocument(raw: RawDocument, options?: ReadOptions): Reading {
  return finish(readDocumentInSteps(raw, options))
}

/**
 * The same in steps, which a client makes in turns. A small document is read in one.
 *
 * @param prepared what `prepareReading` has parsed of this document.
 */
export function* readDocumentInSteps(
  { body, contentType }: RawDocument,
  { maxBytes = MOST_BYTES }: ReadOptions = {},
  prepared?: Prepared,
): Steps<Reading> {
  const format = formatOf(contentType)
  const nothing = {
    value: undefined,
    written: undefined,
    text: undefined,
    format,
    notJson: undefined,
    locate: NOWHERE,
  }
  const text = yield* textOf(body, maxBytes)
  if (typeof text !== 'string') return { ...nothing, problems: [text] }
  const parsed = refusingNull(yield* prepared ? readPrepared(prepared) : parse(format, text))
  const { value: written, notJson, locate } = parsed
  if (written === undefined) return { ...nothing, text, problems: parsed.problems }
  const read = { written, text, format, notJson, locate }
  yield
  const { faults, value } = yield* readFlagDocument(written)
  if (!faults) return { ...read, value, problems: [] }
  const problems: Problem[] = []
  for (const fault of faults.slice(0, MOST_PROBLEMS)) problems.push(yield* problemOf(fault, parsed))
  return { ...read, value: undefined, problems }
}

/**
 * The problem of a document whose value is no object, which a configuration must be; undefined for an object.
 */
export function notAnObject({ value, notJson }: Reading): Problem | undefined {
  if (value === undefined || isPlainObject(value)) return undefined
  // It counts as text because it is not JSON: that is the problem to report.
  if (notJson) return notJson
  const kind = Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'a text' : `a ${typeof value}`
  return { place: '', code: 'NOT_AN_OBJECT', text: `is ${kind}, and a configuration is an object` }
}

function* textOf(body: Uint8Array, maxBytes: number): Steps<string | Problem> {
  if (body.byteLength === 0) return { place: '', code: 'EMPTY', text: 'is empty' }
  if (body.byteLength <= maxBytes) return yield* decode(body)
  // Not how many: a source need not bring more of it than tells that it is too large.
  const text = `has more than ${maxBytes} bytes, and at most so many are taken`
  return { place: '', code: 'TOO_LARGE', text }
}

function* parse(format: Format, text: string): Steps<Parsed> {
  switch (format) {
    case 'json':
      return yield* readJson(text)
    case 'yaml':
      return readYaml(text)
    case 'ion':
      return yield* readIon(text)
    case 'text':
      return plainText(text)
    case 'unnamed':
      return yield* readUnnamed(text)
  }
}

/** A document without a content type is JSON in most cases. */
function* readUnnamed(text: string): Steps<Parsed> {
  const json = yield* readJson(text)
  const [problem] = json.problems
  return problem?.code === 'NOT_JSON' || problem?.code === 'EMPTY' ? plainText(text, problem) : json
}

function plainText(text: string, notJson?: Problem): Parsed {
  return { value: text, problems: [], notJson, locate: NOWHERE }
}

function* readIon(text: string): Steps<Parsed> {
  try {
    return { value: yield* readIonFlags(text), problems: [], locate: NOWHERE }
  } catch (error) {
    if (error instanceof NotJsonError) return unreadable(yield* refusalOf(error, { locate: NOWHERE }))
    return unreadable({ place: '', code: 'NOT_ION', text: `can't be read as flags: ${messageOf(error)}` })
  }
}

/** Positions are those in the text that the thread has read, which is not at hand. */
function* readPrepared({ json, problems }: Prepared): Steps<Parsed> {
  if (json === undefined) return unreadable(...problems)
  const { value } = yield* readJson(json)
  return { value, problems: [], locate: NOWHERE }
}

/** Refuses what holds nothing, such as a document of comments only. */
function refusingNull(parsed: Parsed): Parsed {
  return parsed.value === null ? unreadable({ place: '', code: 'EMPTY', text: 'holds nothing' }) : parsed
}
