/**
 * Documents of all kinds, good and bad, for whoever reads documents: by hand, and by a seeded generator.
 *
 * What AWS was seen to do with a document of flags stands in `aws`.
 *
 * @module
 */
import { flagsByHand } from './corpus/flags-by-hand.ts'
import { generatedDocuments } from './corpus/generated.ts'
import { textsByHand } from './corpus/texts-by-hand.ts'

export interface CorpusDocument {
  readonly name: string
  readonly extension: 'json' | 'yaml'
  readonly body: Uint8Array
  /** Where it is not what the extension says: then it is nothing for who goes by the extension. */
  readonly contentType?: string
  /** Whether it is written as AppConfig's feature flags. */
  readonly isFlags: boolean
  /** What AWS was seen to do with it. */
  readonly aws?: 'taken' | 'refused'
}

const JSON_TYPES: Readonly<Record<CorpusDocument['extension'], string>> = {
  json: 'application/json',
  yaml: 'application/x-yaml',
}

export function contentTypeOf({ extension, contentType = JSON_TYPES[extension] }: CorpusDocument): string {
  return contentType
}

export function documentCorpus(seed: number): readonly CorpusDocument[] {
  return [...flagsByHand(), ...textsByHand(), ...generatedDocuments(seed)]
}
