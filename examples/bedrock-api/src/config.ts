/**
 * What is configured, and where: the profiles of this API in AppConfig.
 *
 * @module
 */
import { layer, type Tenant } from '@appconfig-kit/express'
import { z } from 'zod'

export const APPLICATION = 'api'
export const ENVIRONMENT = 'prod-01'
/**
 * AppConfig allows one deployment at a time per environment, bake time included. What must be
 * switched in an incident therefore lives in an environment of its own.
 */
export const OPS_ENVIRONMENT = 'prod-01-ops'

/** The shortest AppConfig allows. */
export const POLL_INTERVAL_SECONDS = 15

/** What a request's configuration must be, and its type. */
export const apiConfig = z.object({
  featureA: z.boolean(),
  temperature: z.number().min(0).max(1),
  bedrockModelId: z.string(),
  maxTokens: z.number().int().positive().optional(),
  search: z.boolean(),
  eventSink: z.enum(['remote', 'disk']),
})

declare global {
  namespace AppConfigKit {
    interface Register {
      config: z.input<typeof apiConfig>
    }
  }
}

/** Ids of no other shape are let in, so no id can name the profile of a tier. */
export const TENANT_ID_PATTERN = /^tenant-\d{2}$/

const pollIntervalSeconds = POLL_INTERVAL_SECONDS

/** Lowest first: everybody's, the tier's, the tenant's own, and operations above all. */
export const layers = [
  layer('default', { pollIntervalSeconds }),
  ({ tier }: Tenant) => layer(`tenant-${tier}`, { pollIntervalSeconds }),
  ({ id }: Tenant) => layer(id, { pollIntervalSeconds, optional: true }),
  layer('ops', { environment: OPS_ENVIRONMENT, pollIntervalSeconds }),
]

const FIRST_VERSION = { featureA: false, temperature: 0.5, bedrockModelId: 'anthropic.claude-v2' }
const SECOND_VERSION = { featureA: false, temperature: 0.7, bedrockModelId: 'anthropic.claude-v2:1' }

/** What is deployed when the example starts. */
export const SEED: readonly { environment: string; profile: string; content: object }[] = [
  { environment: ENVIRONMENT, profile: 'default', content: FIRST_VERSION },
  { environment: ENVIRONMENT, profile: 'tenant-free', content: { maxTokens: 256 } },
  { environment: ENVIRONMENT, profile: 'tenant-pro', content: { maxTokens: 4096 } },
  { environment: ENVIRONMENT, profile: 'tenant-01', content: { featureA: true } },
  { environment: ENVIRONMENT, profile: 'tenant-02', content: { temperature: 0.2 } },
  { environment: OPS_ENVIRONMENT, profile: 'ops', content: { search: true, eventSink: 'remote' } },
]

/** What can be deployed while it runs. */
export const CHANGES = {
  /** Baking for ten minutes, in which nothing else can be deployed to its environment. */
  'second-version': {
    environment: ENVIRONMENT,
    profile: 'default',
    content: SECOND_VERSION,
    strategy: 'AppConfig.AllAtOnce',
  },
  'ops-incident': {
    environment: OPS_ENVIRONMENT,
    profile: 'ops',
    content: { search: false, eventSink: 'disk' },
    strategy: 'Ops.Instant',
  },
  'ops-normal': {
    environment: OPS_ENVIRONMENT,
    profile: 'ops',
    content: { search: true, eventSink: 'remote' },
    strategy: 'Ops.Instant',
  },
} as const

export type Change = (typeof CHANGES)[keyof typeof CHANGES]
