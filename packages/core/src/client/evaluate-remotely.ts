/**
 * Evaluation of variants by the source: each request asks it, before its handler.
 *
 * Only flags with variants are asked for, each once, and by name: AppConfig counts asking for a flag under
 * experiment as an exposure. On any failure, the request gets the variants that are in the documents: the
 * defaults.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { type AppConfigError, DocumentError, isAppConfigError, messageOf, SourceError } from '../errors.ts'
import { isFlagObject } from '../flags/flag.ts'
import { reducedFlags } from '../flags/reduce-flags.ts'
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import type { HeldVersion } from '../layers/layer-value.ts'
import { sentenceOf } from '../reading/problem.ts'
import { loadParser, readDocument } from '../reading/read-document.ts'
import type { RuleContext } from '../rules/facts.ts'
import type { Compose } from '../snapshots/compose.ts'
import { type DocumentId, documentName, type Source } from '../sources/source.ts'
import type { ServedEntry } from '../tenants/tenant-entry.ts'
import { finishInTurns } from '../turns.ts'

/** What evaluating by the source needs, and callbacks for its problems. */
export interface RemoteEvaluation {
  readonly evaluate: NonNullable<Source['evaluate']>
  readonly compose: Compose
  readonly maxDocumentBytes: number
  readonly onFailure: (document: DocumentId, error: AppConfigError) => void
  /** Called with each key of the context that the source could not send. */
  readonly onLeftOut: (key: string) => void
}

/** @param signal aborts when the request may wait no longer. */
export async function evaluateRemotely(
  entry: ServedEntry,
  context: RuleContext,
  signal: AbortSignal,
  { evaluate, compose, maxDocumentBytes, onFailure, onLeftOut }: RemoteEvaluation,
): Promise<JsonValue> {
  const { layers, versions = [], snapshot } = entry
  async function ask({ value, ...version }: Version, flags: readonly string[], document: DocumentId) {
    const answer = await evaluate(document, { flags, context, maxDocumentBytes }, signal)
    await loadParser(answer)
    for (const key of answer.leftOut ?? []) onLeftOut(key)
    const { value: read, problems } = readDocument(answer, { maxBytes: maxDocumentBytes })
    const [problem] = problems
    if (read === undefined)
      throw new DocumentError(
        problem?.code === 'TOO_LARGE' ? 'DOCUMENT_TOO_LARGE' : 'DOCUMENT_INVALID',
        `${documentName(document)}: the answer for this context can't be used: ${problem ? sentenceOf(problem) : ''}`,
        { problems },
      )
    const chosen = chosenFlags(read, flags, document)
    return { ...version, value: Object.freeze({ ...(value as JsonObject), ...chosen }) } satisfies Version
  }
  const wanted = flagsByLayer(entry)
  const answers = await Promise.all(
    layers.map(async ({ document }, at): Promise<HeldVersion> => {
      const [version, flags] = [versions[at], wanted[at]]
      if (version === undefined || flags === undefined || flags.length === 0) return version
      try {
        return await ask(version, flags, document)
      } catch (error) {
        onFailure(
          document,
          isAppConfigError(error)
            ? error
            : new SourceError('SOURCE_FAILED', messageOf(error), { cause: error }),
        )
        return version
      }
    }),
  )
  const composed = await finishInTurns(compose(layers, answers))
  if (!(composed instanceof DocumentError)) return composed
  for (const [at, { document }] of layers.entries())
    if (answers[at] !== versions[at]) onFailure(document, composed)
  return snapshot
}

/** The flags to ask for, a list for each layer: a flag is asked of the highest layer that holds it. */
function flagsByLayer({ layers, versions = [], snapshot }: ServedEntry): readonly (readonly string[])[] {
  const open = new Set(reducedFlags(snapshot))
  const highestFirst = layers
    .map(({ section }, at) => (section === undefined ? reducedFlags(versions[at]?.value) : []))
    .reverse()
    .map((flags) => flags.filter((flag) => open.delete(flag)))
  return highestFirst.reverse()
}

function chosenFlags(answer: JsonValue, flags: readonly string[], document: DocumentId): JsonObject {
  const [only] = flags
  if (flags.length === 1 && only !== undefined && isFlagObject(answer)) return { [only]: answer }
  const chosen = flags.map(
    (flag) => [flag, isPlainObject(answer) ? ownValue(answer, flag) : undefined] as const,
  )
  const missing = chosen.find(([, flag]) => !isFlagObject(flag))
  if (missing === undefined) return Object.fromEntries(chosen) as JsonObject
  throw new DocumentError(
    'DOCUMENT_INVALID',
    `${documentName(document)}: its source was asked for the flag ${missing[0]} and did not answer with a flag, so this request gets its default`,
  )
}
