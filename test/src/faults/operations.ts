/**
 * The operations a client calls, and how a request is known to be one of them.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** What can be hit by a fault. */
export type Operation =
  | 'StartConfigurationSession'
  | 'GetLatestConfiguration'
  | 'Agent.GetConfiguration'
  | 'Agent.GetFlags'
  | 'ListHostedConfigurationVersions'
  | 'GetHostedConfigurationVersion'

export interface OperationTraits {
  /** How a client is configured that calls it. */
  readonly source: 'direct' | 'direct with rules' | 'agent' | 'agent that evaluates'
  /** What its answer holds. */
  readonly answer: 'session' | 'document' | 'flag' | 'versions' | 'hosted version'
  /**
   * The call that comes before it, after whose answer a trouble of the connection begins, so that it hits this
   * one. Absent where it is the first on its line.
   */
  readonly before: { readonly cold?: string; readonly warm?: string }
}

export const OPERATIONS: Readonly<Record<Operation, OperationTraits>> = {
  StartConfigurationSession: {
    source: 'direct',
    answer: 'session',
    before: { warm: 'GetLatestConfiguration' },
  },
  GetLatestConfiguration: {
    source: 'direct',
    answer: 'document',
    before: { cold: 'StartConfigurationSession' },
  },
  'Agent.GetConfiguration': { source: 'agent', answer: 'document', before: {} },
  'Agent.GetFlags': {
    source: 'agent that evaluates',
    answer: 'flag',
    before: { cold: 'Agent.GetConfiguration', warm: 'Agent.GetConfiguration' },
  },
  ListHostedConfigurationVersions: {
    source: 'direct with rules',
    answer: 'versions',
    before: { cold: 'ListConfigurationProfiles' },
  },
  GetHostedConfigurationVersion: {
    source: 'direct with rules',
    answer: 'hosted version',
    before: { cold: 'ListHostedConfigurationVersions', warm: 'ListHostedConfigurationVersions' },
  },
}

const ROUTES: readonly (readonly [RegExp, string])[] = [
  [/^POST \/configurationsessions$/, 'StartConfigurationSession'],
  [/^GET \/configuration\?/, 'GetLatestConfiguration'],
  [/^GET \/applications\/[^/]+\/environments\/.*[?&]flag=/, 'Agent.GetFlags'],
  [/^GET \/applications\/[^/]+\/environments\//, 'Agent.GetConfiguration'],
  [/^GET \/applications\?/, 'ListApplications'],
  [/^GET \/applications\/[^/]+\/configurationprofiles\?/, 'ListConfigurationProfiles'],
  [/\/hostedconfigurationversions\?/, 'ListHostedConfigurationVersions'],
  [/\/hostedconfigurationversions\/\d+/, 'GetHostedConfigurationVersion'],
]

/** AWS's name of the operation of a request. */
export function operationOf({ method, url }: IncomingMessage): string {
  return ROUTES.find(([route]) => route.test(`${method} ${url}`))?.[1] ?? 'unknown'
}
