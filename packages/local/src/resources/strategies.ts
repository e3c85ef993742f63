/**
 * Deployment strategies: AWS's four, and one's own.
 *
 * @module
 */

import { badRequest, notFound } from '../errors.ts'
import type { State } from '../store/state.ts'
import type { GrowthType, Strategy } from './entities.ts'
import { newId } from './ids.ts'
import {
  DESCRIPTION,
  IDENTIFIER,
  type Members,
  NAME,
  number,
  optionalNumber,
  optionalText,
  text,
  withoutUndefined,
} from './members.ts'
import { type Page, page } from './pages.ts'
import { forgetTags, tagNew } from './tags.ts'

/** At most a day. */
const MINUTES = { min: 0, max: 1440 }
const PERCENT = { min: 1, max: 100, float: true }
const GROWTH = { oneOf: ['LINEAR', 'EXPONENTIAL'] }

/** The strategies every account has. Their id is their name. */
export const PREDEFINED: readonly Strategy[] = [
  predefined('AllAtOnce', 'Quick', 'LINEAR', 100, 0, 10),
  predefined('Linear50PercentEvery30Seconds', 'Test/Demo', 'LINEAR', 50, 1, 1),
  predefined('Canary10Percent20Minutes', 'AWS Recommended', 'EXPONENTIAL', 10, 20, 10),
  predefined('Linear20PercentEvery6Minutes', 'AWS Recommended', 'LINEAR', 20, 30, 30),
]

/**
 * CreateDeploymentStrategy. Two strategies may have one name.
 *
 * @throws {AppConfigServiceError} `BadRequestException`.
 */
export function createStrategy(state: State, members: Members): Strategy {
  const strategy: Strategy = withoutUndefined({
    Id: newId((id) => state.strategies.get(id) !== undefined),
    Name: text(members, 'Name', NAME),
    Description: optionalText(members, 'Description', DESCRIPTION),
    DeploymentDurationInMinutes: number(members, 'DeploymentDurationInMinutes', MINUTES),
    // AWS documents no default; linear is what its predefined strategies mostly are.
    GrowthType: (optionalText(members, 'GrowthType', GROWTH) ?? 'LINEAR') as GrowthType,
    GrowthFactor: number(members, 'GrowthFactor', PERCENT),
    FinalBakeTimeInMinutes: optionalNumber(members, 'FinalBakeTimeInMinutes', MINUTES) ?? 0,
    ReplicateTo: optionalText(members, 'ReplicateTo', { oneOf: ['NONE', 'SSM_DOCUMENT'] }) ?? 'NONE',
  } satisfies Strategy)
  tagNew(state, pathOfStrategy(strategy), members)
  state.strategies.put(strategy.Id, strategy)
  return strategy
}

/** UpdateDeploymentStrategy. Members that are not given stay as they are. */
export function updateStrategy(state: State, members: Members): Strategy {
  const strategy = ownStrategy(state, members)
  const minutes = (name: string): number | undefined => optionalNumber(members, name, MINUTES)
  const updated: Strategy = withoutUndefined({
    ...strategy,
    Description: optionalText(members, 'Description', DESCRIPTION) ?? strategy.Description,
    DeploymentDurationInMinutes:
      minutes('DeploymentDurationInMinutes') ?? strategy.DeploymentDurationInMinutes,
    FinalBakeTimeInMinutes: minutes('FinalBakeTimeInMinutes') ?? strategy.FinalBakeTimeInMinutes,
    GrowthFactor: optionalNumber(members, 'GrowthFactor', PERCENT) ?? strategy.GrowthFactor,
    GrowthType: (optionalText(members, 'GrowthType', GROWTH) ?? strategy.GrowthType) as GrowthType,
  })
  state.strategies.put(updated.Id, updated)
  return updated
}

/** Deployments keep what they copied from it. */
export function deleteStrategy(state: State, members: Members): void {
  const strategy = ownStrategy(state, members)
  state.strategies.remove(strategy.Id)
  forgetTags(state, pathOfStrategy(strategy))
}

/** GetDeploymentStrategy. @throws {AppConfigServiceError} `ResourceNotFoundException`. */
export function getStrategy(state: State, members: Members): Strategy {
  const identifier = text(members, 'DeploymentStrategyId', IDENTIFIER)
  const strategy = findStrategy(state, identifier)
  if (!strategy) throw notFound('Deployment strategy', identifier)
  return strategy
}

/** ListDeploymentStrategies, a page at a time. */
export function listStrategies(state: State, members: Members): Page<Strategy> {
  return page([...PREDEFINED, ...state.strategies.all()], members, ({ Id }) => Id)
}

/** The strategy of that id, else the first own one of that name. */
export function findStrategy(state: State, identifier: string): Strategy | undefined {
  return (
    PREDEFINED.find(({ Id }) => Id === identifier) ??
    state.strategies.get(identifier) ??
    state.strategies.all().find(({ Name }) => Name === identifier)
  )
}

function ownStrategy(state: State, members: Members): Strategy {
  const strategy = getStrategy(state, members)
  if (PREDEFINED.includes(strategy)) throw badRequest(`${strategy.Id} is predefined and cannot be changed.`)
  return strategy
}

function pathOfStrategy({ Id }: Strategy): string {
  return `deploymentstrategy/${Id}`
}

function predefined(
  name: string,
  Description: string,
  type: GrowthType,
  GrowthFactor: number,
  DeploymentDurationInMinutes: number,
  FinalBakeTimeInMinutes: number,
): Strategy {
  const Id = `AppConfig.${name}`
  return {
    Id,
    Name: Id,
    Description,
    DeploymentDurationInMinutes,
    GrowthType: type,
    GrowthFactor,
    FinalBakeTimeInMinutes,
    ReplicateTo: 'NONE',
  }
}
