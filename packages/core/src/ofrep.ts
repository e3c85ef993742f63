/**
 * Flags as OpenFeature asks for them: for authors of providers and adapters, not for applications.
 *
 * @module
 */
export { type Answer, answerFor, type FlagType, topKeyOf } from './ofrep/answer-for.ts'
export { type FlagMetadata, metadataOf } from './ofrep/flag-metadata.ts'
