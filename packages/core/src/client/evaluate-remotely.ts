/**
 * Variants chosen by the source: each request asks it, before the handler.
 *
 * Only documents that hold a flag with a variant are asked for. Whatever goes wrong, the request gets
 * the variants that stand in the documents as they are: the defaults.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { type AppConfigError, DocumentError, isAppConfigError, messageOf, SourceError } from '../errors.ts'
import { hasReducedFlags } from '../flags/reduce-flags.ts'
import type { JsonValue } from '../json.ts'
import { sentenceOf } from '../reading/problem.ts'
import { loadParser, readDocument } from '../reading/read-document.ts'
import type { ComposeInputs, LayerInput } from '../snapshots/compose.ts'
import { type DocumentId, documentName, type Source } from '../sources/source.ts'
import type { ServedEntry } from '../tenants/tenant-entry.ts'
import type { RequestContext } from '../views/view.ts'

export interface RemoteEvaluation {
  readonly evaluate: NonNullable<Source['evaluate']>
  readonly compose: ComposeInputs
  readonly maxDocumentBytes: number
  readonly onFailure: (document: DocumentId, error: AppConfigError) => void
}

/** @param signal ends the asking when the request may wait no longer. */
export async function evaluateRemotely(
  { layers, inputs = [], snapshot }: ServedEntry,
  context: RequestContext,
  signal: AbortSignal,
  { evaluate, compose, maxDocumentBytes, onFailure }: RemoteEvaluation,
): Promise<JsonValue> {
  async function ask(input: LayerInput, document: DocumentId): Promise<LayerInput> {
    if (input === undefined || !hasReducedFlags(input.value)) return input
    const answer = await evaluate(document, context, signal)
    await loadParser(answer)
    const { value, problems } = readDocument(answer, { maxBytes: maxDocumentBytes })
    const [problem] = problems
    if (value === undefined)
      throw new DocumentError(
        'DOCUMENT_INVALID',
        `${documentName(document)}: the answer for this context can't be used: ${problem ? sentenceOf(problem) : ''}`,
        { problems },
      )
    return { ...input, value } satisfies Version
  }
  const answers = await Promise.all(
    layers.map(async ({ document }, at) => {
      try {
        return await ask(inputs[at], document)
      } catch (error) {
        // What the request itself did wrong is for the request to hear.
        if (isAppConfigError(error) && error.status < 500) throw error
        onFailure(
          document,
          isAppConfigError(error)
            ? error
            : new SourceError('SOURCE_FAILED', messageOf(error), { cause: error }),
        )
        return inputs[at]
      }
    }),
  )
  const composed = compose(layers, answers)
  return composed instanceof DocumentError ? snapshot : composed
}
