/**
 * What is configured, and where: each cell of production is an AppConfig environment.
 *
 * @module
 */
import { layer, type Tenant } from '@appconfig-kit/nestjs'

export const APPLICATION = 'assistant'
/** In the order a new configuration reaches them. */
export const CELLS = ['prod-01', 'prod-02'] as const
export type Cell = (typeof CELLS)[number]

export interface AssistantConfig {
  readonly bedrockModelId: string
  readonly temperature: number
  readonly search: boolean
  readonly featureA: boolean
}

declare global {
  namespace AppConfigKit {
    interface Register {
      config: AssistantConfig
    }
  }
}

/** The shortest AppConfig allows. */
export const POLL_INTERVAL_SECONDS = 15

const pollIntervalSeconds = POLL_INTERVAL_SECONDS

/** Ids of no other shape are let in, so no id can name a profile that is not a tenant's. */
export const TENANT_ID_PATTERN = /^tenant-\d{2}$/

/** A tenant's documents are those of its cell, whatever the layer. */
export const environment = ({ cell }: Tenant): string => cell ?? CELLS[0]

/** Lowest first: the cell's, and the tenant's own above it, if it has one. */
export const layers = [
  layer('default', { pollIntervalSeconds }),
  ({ id }: Tenant) => layer(id, { pollIntervalSeconds, optional: true }),
]

export const TODAY = {
  bedrockModelId: 'anthropic.claude-v2',
  temperature: 0.5,
  search: true,
  featureA: false,
}
/** The next configuration: it is deployed to one cell first, and to the other when that went well. */
export const NEXT = { ...TODAY, bedrockModelId: 'anthropic.claude-v2:1', featureA: true }

/** What is deployed when the example starts. */
export const SEED: readonly { environment: Cell; profile: string; content: object }[] = [
  { environment: 'prod-01', profile: 'default', content: TODAY },
  { environment: 'prod-02', profile: 'default', content: TODAY },
  { environment: 'prod-02', profile: 'tenant-03', content: { search: false } },
]
