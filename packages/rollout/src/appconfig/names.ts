/**
 * From the names of a plan to the ids that AppConfig takes.
 *
 * @module
 */
import {
  type DeploymentStrategy,
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListDeploymentStrategiesCommand,
  ListEnvironmentsCommand,
} from '@aws-sdk/client-appconfig'
import { RolloutError } from '../errors.ts'
import type { CellPlan, Plan } from '../plan/plan.ts'
import { allItems, type ControlPlane, type Page } from './control-plane.ts'

/** The ids of a cell. */
export interface CellIds {
  readonly ApplicationId: string
  readonly EnvironmentId: string
  readonly ConfigurationProfileId: string
}

/** A deployment strategy, as far as a plan cares. */
export interface Strategy {
  readonly id: string
  readonly durationMinutes: number
  readonly bakeMinutes: number
}

interface Item {
  readonly Id?: string | undefined
  readonly Name?: string | undefined
}

/** @throws {RolloutError} `NOT_FOUND`. */
export async function idsOfCell(
  plane: ControlPlane,
  { profile }: Pick<Plan, 'profile'>,
  { application, environment }: CellPlan,
): Promise<CellIds> {
  const { ApplicationId, ConfigurationProfileId } = await idsOfProfile(plane, application, profile)
  const EnvironmentId = await plane.once(`environment ${ApplicationId}/${environment}`, () =>
    findId(`environment of application ${application}`, environment, (NextToken) =>
      plane.send(new ListEnvironmentsCommand({ ApplicationId, NextToken })),
    ),
  )
  return { ApplicationId, EnvironmentId, ConfigurationProfileId }
}

/** @throws {RolloutError} `NOT_FOUND`. */
export async function idsOfProfile(
  plane: ControlPlane,
  application: string,
  profile: string,
): Promise<Omit<CellIds, 'EnvironmentId'>> {
  const ApplicationId = await plane.once(`application ${application}`, () =>
    findId('application', application, (NextToken) => plane.send(new ListApplicationsCommand({ NextToken }))),
  )
  const ConfigurationProfileId = await plane.once(`profile ${ApplicationId}/${profile}`, () =>
    findId(`configuration profile of application ${application}`, profile, (NextToken) =>
      plane.send(new ListConfigurationProfilesCommand({ ApplicationId, NextToken })),
    ),
  )
  return { ApplicationId, ConfigurationProfileId }
}

/** @throws {RolloutError} `NOT_FOUND`. */
export function findStrategy(plane: ControlPlane, strategy: string): Promise<Strategy> {
  return plane.once(`strategy ${strategy}`, async () => {
    const found = await find<DeploymentStrategy>('deployment strategy', strategy, (NextToken) =>
      plane.send(new ListDeploymentStrategiesCommand({ NextToken })),
    )
    return {
      id: found.Id ?? '',
      durationMinutes: found.DeploymentDurationInMinutes ?? 0,
      bakeMinutes: found.FinalBakeTimeInMinutes ?? 0,
    }
  })
}

async function findId(
  kind: string,
  wanted: string,
  getPage: (token: string | undefined) => Promise<Page<Item>>,
): Promise<string> {
  return (await find(kind, wanted, getPage)).Id ?? ''
}

async function find<T extends Item>(
  kind: string,
  wanted: string,
  getPage: (token: string | undefined) => Promise<Page<T>>,
): Promise<T> {
  const items = await allItems(getPage)
  const byId = items.find(({ Id }) => Id === wanted)
  if (byId) return byId
  const [only, second] = items.filter(({ Name }) => Name === wanted)
  if (only && second) {
    throw new RolloutError(
      'NOT_FOUND',
      `More than one ${kind} is named '${wanted}': give its id in the plan.`,
    )
  }
  if (only) return only
  throw new RolloutError('NOT_FOUND', `There is no ${kind} '${wanted}'.`)
}
