/**
 * What is configured, and where: one profile for everybody, one per tier above it.
 *
 * @module
 */
import { layer, type Tenant } from '@appconfig-kit/koa'

export const APPLICATION = 'reports'
export const ENVIRONMENT = 'prod'

export interface ReportsConfig {
  readonly rowsPerReport: number
  readonly formats: readonly string[]
  /** A flag with an attribute: AppConfig's feature flags look like this. */
  readonly schedule: { readonly enabled: boolean; readonly everyMinutes?: number }
  readonly newExport: boolean
}

declare global {
  namespace AppConfigKit {
    interface Register {
      config: ReportsConfig
    }
  }
}

/** The shortest AppConfig allows. */
export const POLL_INTERVAL_SECONDS = 15

const pollIntervalSeconds = POLL_INTERVAL_SECONDS

/** Lowest first. Three documents are polled, however many tenants there are. */
export const layers = [
  layer('default', { pollIntervalSeconds }),
  ({ tier }: Tenant) => layer(`tier-${tier}`, { pollIntervalSeconds }),
]

/** What is deployed when the example starts. */
export const SEED: Readonly<Record<string, object>> = {
  default: { rowsPerReport: 100, formats: ['csv'], schedule: { enabled: false }, newExport: false },
  'tier-free': {},
  'tier-pro': {
    rowsPerReport: 5000,
    formats: ['csv', 'xlsx'],
    schedule: { enabled: true, everyMinutes: 60 },
  },
}

/** What can be deployed while it runs, by the word to type. */
export const CHANGES: Readonly<Record<string, { profile: string; content: object }>> = {
  pro: { profile: 'tier-pro', content: { ...SEED['tier-pro'], newExport: true } },
  all: { profile: 'default', content: { ...SEED['default'], rowsPerReport: 200, newExport: true } },
}
