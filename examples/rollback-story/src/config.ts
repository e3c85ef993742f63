/**
 * What is configured, and the three versions of the story.
 *
 * @module
 */
import { z } from 'zod'

export const APPLICATION = 'api'
export const ENVIRONMENT = 'prod-01'
export const PROFILE = 'default'

/**
 * What a request's configuration must be. A model's id is any text: whether a model of that id
 * exists only its callers find out. That is what alarms are for.
 */
export const apiConfig = z.object({
  bedrockModelId: z.string().min(1),
  temperature: z.number().min(0).max(1),
})

declare global {
  namespace AppConfigKit {
    interface Register {
      config: z.input<typeof apiConfig>
    }
  }
}

export const VERSIONS = {
  v1: { bedrockModelId: 'anthropic.claude-v2', temperature: 0.5 },
  v2: { bedrockModelId: 'anthropic.claude-v2:1', temperature: 0.7 },
  /** Passes the schema, and no request: there is no such model. */
  v3: { bedrockModelId: 'anthropic.claude-v21', temperature: 0.7 },
} as const

export type Version = keyof typeof VERSIONS

export const VERSION_NAMES: readonly Version[] = ['v1', 'v2', 'v3']

/** 20% of the instances more every six minutes, then half an hour of watching. */
export const STRATEGY = 'AppConfig.Linear20PercentEvery6Minutes'
