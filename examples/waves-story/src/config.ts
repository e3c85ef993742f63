/**
 * What is configured, where, and the three versions of the story.
 *
 * @module
 */
import { z } from 'zod'

export const APPLICATION = 'api'
export const PROFILE = 'default'

/** An environment of AppConfig each; how often each of its ten instances is asked, by the story's clock. */
export const CELLS = {
  dev: { requestsPerMinute: 2, customers: false },
  staging: { requestsPerMinute: 2, customers: false },
  'prod-01': { requestsPerMinute: 6, customers: true },
  'prod-02': { requestsPerMinute: 6, customers: true },
} as const

export type CellName = keyof typeof CELLS

export const CELL_NAMES = Object.keys(CELLS) as readonly CellName[]
export const INSTANCES_PER_CELL = 10

export const apiConfig = z.object({
  bedrockModelId: z.string().min(1),
  maxPromptCharacters: z.number().int().positive(),
})

declare global {
  namespace AppConfigKit {
    interface Register {
      config: z.input<typeof apiConfig>
    }
  }
}

export const VERSIONS = {
  v1: { bedrockModelId: 'anthropic.claude-v2', maxPromptCharacters: 4000 },
  v2: { bedrockModelId: 'anthropic.claude-v2:1', maxPromptCharacters: 4000 },
  /** Right for the short prompts of dev and staging. Customers write longer ones. */
  v3: { bedrockModelId: 'anthropic.claude-v2:1', maxPromptCharacters: 400 },
} as const

export type Version = keyof typeof VERSIONS

export const VERSION_NAMES: readonly Version[] = ['v1', 'v2', 'v3']
