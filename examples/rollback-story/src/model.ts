/**
 * Stands in for a model behind an API.
 *
 * @module
 */

const MODELS: readonly string[] = ['anthropic.claude-v2', 'anthropic.claude-v2:1']

/** Refuses ids it does not know, as the real one does. */
export function invokeModel(modelId: string, prompt: string): string {
  if (!MODELS.includes(modelId)) throw new Error(`The model identifier ${modelId} is invalid.`)
  return `${modelId} says: ${prompt}, indeed.`
}
