/**
 * One generation for all documents that hold the same content.
 *
 * Tenants that ask under names of their own get the same document many times: it is parsed once, and
 * what is made of it is shared. Held weakly, so what nobody uses any more goes away.
 *
 * @module
 */
import { type DocumentId, documentName } from '../sources/source.ts'
import type { Generation } from './generation.ts'

export interface GenerationPool {
  /** The generation of that content, made by `make` unless it is there already. */
  share(
    id: DocumentId,
    version: Pick<Generation, 'revision' | 'versionLabel'>,
    make: () => Generation,
  ): Generation
}

export function createGenerationPool(): GenerationPool {
  const generations = new Map<string, WeakRef<Generation>>()
  const forgotten = new FinalizationRegistry<string>((key) => {
    if (generations.get(key)?.deref() === undefined) generations.delete(key)
  })
  return {
    share(id, { revision, versionLabel }, make) {
      const key = JSON.stringify([documentName(id), revision, versionLabel])
      const known = generations.get(key)?.deref()
      if (known) return known
      const made = make()
      generations.set(key, new WeakRef(made))
      forgotten.register(made, key)
      return made
    },
  }
}
