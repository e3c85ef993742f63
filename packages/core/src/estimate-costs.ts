/**
 * An estimate of what polling AWS AppConfig costs a month.
 *
 * Arithmetic only: how many documents are polled from how many places, how often, and how often one of them
 * brings content. Prices and quotas are parameters, because AWS changes them.
 *
 * @module
 */
import { OptionsError, quoted } from './errors.ts'
import { refuseUnknownOptions } from './options/known-options.ts'

/** What to estimate the costs of. */
export interface CostOptions {
  /** Processes that run at once, of all cells. */
  readonly processes: number
  /** All tenants, active or not. */
  readonly tenants: number
  /**
   * The place of a tenant's own configuration: none (`shared`), in a section of a document with others
   * (`sections`), or in a profile of its own (`documents`).
   */
  readonly shape: 'shared' | 'sections' | 'documents'
  /** Who asks AWS: each process, or the Agent beside it. */
  readonly source: 'direct' | 'agent'
  /** Documents that all tenants share: the base, tiers, operations. @default 1 */
  readonly sharedDocuments?: number
  /** How many sections fit into a document: 2 MB divided by the bytes of one. @default 5000 */
  readonly tenantsPerDocument?: number
  /** Tenants whose own documents a process polls at one time. @default tenants */
  readonly activeTenants?: number
  /** Processes that ask one Agent: 1 for a sidecar, more for one on each host. @default 1 */
  readonly processesPerAgent?: number
  /** Seconds between two polls: of a process, or of the Agent. @default 60, and 45 for the Agent */
  readonly pollIntervalSeconds?: number
  /** Deployments a month, of all documents together. @default 100 */
  readonly deploymentsPerMonth?: number
  /** How often a month each process, or Agent, starts and loads all it polls. @default 30 */
  readonly startsPerMonth?: number
  /** Prices in US dollars, where they are not the defaults. @default those of {@link CostPrices} */
  readonly prices?: Partial<CostPrices>
  /** Quotas, where they are not the defaults. @default those of {@link CostQuotas} */
  readonly quotas?: Partial<CostQuotas>
}

/** In US dollars. The defaults were not read on AWS's own page: look there before you rely on them. */
export interface CostPrices {
  /** A million configuration requests. @default 0.2 */
  readonly perMillionRequests: number
  /** One configuration received: an answer with content. @default 0.0008 */
  readonly perReceived: number
}

/** Default quotas of one account and region; AWS raises them on request. */
export interface CostQuotas {
  /** GetLatestConfiguration, a second. @default 1000 */
  readonly callsPerSecond: number
  /** Configurations received a day without the Agent. @default 1_000_000 */
  readonly receivedPerDay: number
  /** Configuration profiles of an application. @default 100 */
  readonly profiles: number
}

/** Calls, content and price of a month of 30 days. */
export interface Costs {
  /** The number of configuration profiles. */
  readonly profiles: number
  /** Documents one process, or one Agent, polls. */
  readonly documentsPerPoller: number
  /** Processes, or Agents, that poll. */
  readonly pollers: number
  /** At most: polls come up to a tenth of an interval late. */
  readonly calls: number
  /** Calls of all pollers together, a second. */
  readonly callsPerSecond: number
  /** Answers with content: after every start, and after every deployment, once each. */
  readonly received: number
  /** US dollars. */
  readonly price: { readonly requests: number; readonly received: number; readonly total: number }
  /** Quotas that are exceeded. */
  readonly exceeded: readonly (keyof CostQuotas)[]
}

const PRICES: CostPrices = { perMillionRequests: 0.2, perReceived: 0.0008 }
const QUOTAS: CostQuotas = { callsPerSecond: 1000, receivedPerDay: 1_000_000, profiles: 100 }
const DAYS = 30
const SECONDS_A_DAY = 86_400
/** Opening a session, and the first poll. */
const CALLS_TO_LOAD = 2

const NAMES: Record<keyof CostOptions, true> = {
  processes: true,
  tenants: true,
  shape: true,
  source: true,
  sharedDocuments: true,
  tenantsPerDocument: true,
  activeTenants: true,
  processesPerAgent: true,
  pollIntervalSeconds: true,
  deploymentsPerMonth: true,
  startsPerMonth: true,
  prices: true,
  quotas: true,
}

/**
 * Estimates calls and price of a month.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for an unknown option, or a value that makes no sense.
 * @example
 * estimateCosts({ processes: 10, tenants: 1000, shape: 'sections', source: 'direct' }).price.total
 */
export function estimateCosts(options: CostOptions): Costs {
  check(options)
  const {
    processes,
    tenants,
    source,
    processesPerAgent = 1,
    pollIntervalSeconds = source === 'agent' ? 45 : 60,
    deploymentsPerMonth = 100,
    startsPerMonth = 30,
    activeTenants = tenants,
  } = options
  const prices = { ...PRICES, ...options.prices }
  const quotas = { ...QUOTAS, ...options.quotas }
  const profiles = documentsFor(options, tenants)
  const documentsPerPoller = documentsFor(options, Math.min(tenants, activeTenants))
  const pollers = source === 'agent' ? Math.ceil(processes / processesPerAgent) : processes
  const callsPerSecond = (pollers * documentsPerPoller) / pollIntervalSeconds
  const loads = pollers * documentsPerPoller * startsPerMonth
  // A poller that does not hold the deployed document receives nothing: with few active tenants this is too
  // high.
  const received = loads + pollers * deploymentsPerMonth
  const calls = callsPerSecond * SECONDS_A_DAY * DAYS + loads * CALLS_TO_LOAD
  const price = {
    requests: (calls / 1e6) * prices.perMillionRequests,
    received: received * prices.perReceived,
  }
  return {
    profiles,
    documentsPerPoller,
    pollers,
    calls,
    callsPerSecond,
    received,
    price: { ...price, total: price.requests + price.received },
    exceeded: exceededOf({ callsPerSecond, profiles, received }, source, quotas),
  }
}

function documentsFor(
  { shape, sharedDocuments = 1, tenantsPerDocument = 5000 }: CostOptions,
  tenants: number,
): number {
  if (shape === 'shared') return sharedDocuments
  return sharedDocuments + (shape === 'documents' ? tenants : Math.ceil(tenants / tenantsPerDocument))
}

function exceededOf(
  { callsPerSecond, profiles, received }: Pick<Costs, 'callsPerSecond' | 'profiles' | 'received'>,
  source: CostOptions['source'],
  quotas: CostQuotas,
): (keyof CostQuotas)[] {
  const exceeded: (keyof CostQuotas)[] = []
  if (callsPerSecond > quotas.callsPerSecond) exceeded.push('callsPerSecond')
  if (source === 'direct' && received / DAYS > quotas.receivedPerDay) exceeded.push('receivedPerDay')
  if (profiles > quotas.profiles) exceeded.push('profiles')
  return exceeded
}

function check(options: CostOptions): void {
  refuseUnknownOptions('estimateCosts()', options, Object.keys(NAMES))
  refuseUnknownOptions('estimateCosts(): prices', options.prices ?? {}, Object.keys(PRICES))
  refuseUnknownOptions('estimateCosts(): quotas', options.quotas ?? {}, Object.keys(QUOTAS))
  checkOneOf('shape', options.shape, ['shared', 'sections', 'documents'])
  checkOneOf('source', options.source, ['direct', 'agent'])
  for (const name of ['processes', 'tenants'] as const) checkNumber(name, options[name], 0)
  for (const name of ['sharedDocuments', 'activeTenants', 'deploymentsPerMonth', 'startsPerMonth'] as const)
    checkNumber(name, options[name] ?? 0, 0)
  for (const name of ['tenantsPerDocument', 'processesPerAgent', 'pollIntervalSeconds'] as const)
    checkNumber(name, options[name] ?? 1, 1)
  for (const [name, value] of Object.entries({ ...options.prices, ...options.quotas }))
    checkNumber(name, value, 0)
}

function checkOneOf(name: string, value: unknown, values: readonly string[]): void {
  if (values.includes(value as string)) return
  throw wrong(name, `one of ${values.join(', ')}`, value)
}

function checkNumber(name: string, value: unknown, least: number): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return
  throw wrong(name, `a number of ${least} or more`, value)
}

function wrong(name: string, wanted: string, value: unknown): OptionsError {
  return new OptionsError(
    'OPTIONS_INVALID',
    `estimateCosts(): ${name} must be ${wanted}, got ${quoted(value)}`,
  )
}
