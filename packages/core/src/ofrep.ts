/**
 * Flags as OpenFeature asks for them, and its protocol (OFREP): for authors of providers and adapters, not for applications.
 *
 * An adapter makes an {@link Ofrep} of its client, asks it what a request is about, lets it answer requests
 * that have a configuration, and sends the answer.
 *
 * @module
 */
export { type Answer, answerFor, type FlagType, topKeyOf } from './ofrep/answer-for.ts'
export { nodeBody, webBody } from './ofrep/bodies.ts'
export { type FlagMetadata, type FlagOrigin, metadataOf } from './ofrep/flag-metadata.ts'
export {
  createOfrep,
  type FirstPaint,
  type Ofrep,
  type OfrepAnswer,
  type OfrepHandlerOptions,
  type OfrepRequest,
} from './ofrep/ofrep.ts'
export { type ChangeStreamOptions, type OfrepOptions, readOfrepOptions } from './ofrep/options.ts'
export { TOO_LARGE } from './ofrep/read-context.ts'
export { EVALUATE_PATH, type OfrepRoute, protocolPathOf, STREAM_PATH } from './ofrep/routes.ts'
export { sendAnswer } from './ofrep/send-answer.ts'
export { webStream } from './ofrep/web-stream.ts'
