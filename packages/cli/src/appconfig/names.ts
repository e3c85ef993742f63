/**
 * From names, or ids, to ids: AppConfig's control plane takes nothing else.
 *
 * What looks like an id is asked for directly first, so that a role without permission to list can
 * work with ids. A name that two things have is refused, never guessed.
 *
 * @module
 */
import {
  type AppConfigClient,
  GetApplicationCommand,
  GetConfigurationProfileCommand,
  GetDeploymentStrategyCommand,
  GetEnvironmentCommand,
  paginateListApplications,
  paginateListConfigurationProfiles,
  paginateListDeploymentStrategies,
  paginateListEnvironments,
} from '@aws-sdk/client-appconfig'
import { CliError } from '../failure.ts'

/** Something with an id and a name. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** An application's environment. */
export interface Place {
  readonly application: Named
  readonly environment: Named
}

interface Item {
  readonly Id?: string | undefined
  readonly Name?: string | undefined
}

const ID = /^[a-z0-9]{4,7}$/
/** Names to offer where the one given is wrong. */
const MOST_OFFERED = 10

/** @throws {CliError} `notFound`. */
export async function findPlace(
  client: AppConfigClient,
  { application, environment }: { readonly application: string; readonly environment: string },
): Promise<Place> {
  const found = await findApplication(client, application)
  const ApplicationId = found.id
  return {
    application: found,
    environment: await find(
      `environment of application ${found.name}`,
      environment,
      () => client.send(new GetEnvironmentCommand({ ApplicationId, EnvironmentId: environment })),
      paginateListEnvironments({ client }, { ApplicationId }),
    ),
  }
}

/** @throws {CliError} `notFound`. */
export function findProfile(client: AppConfigClient, application: Named, profile: string): Promise<Named> {
  const ApplicationId = application.id
  return find(
    `configuration profile of application ${application.name}`,
    profile,
    () => client.send(new GetConfigurationProfileCommand({ ApplicationId, ConfigurationProfileId: profile })),
    paginateListConfigurationProfiles({ client }, { ApplicationId }),
  )
}

/** @throws {CliError} `notFound`. */
export function findStrategy(client: AppConfigClient, strategy: string): Promise<Named> {
  return find(
    'deployment strategy',
    strategy,
    () => client.send(new GetDeploymentStrategyCommand({ DeploymentStrategyId: strategy })),
    paginateListDeploymentStrategies({ client }, {}),
  )
}

function findApplication(client: AppConfigClient, application: string): Promise<Named> {
  return find(
    'application',
    application,
    () => client.send(new GetApplicationCommand({ ApplicationId: application })),
    paginateListApplications({ client }, {}),
  )
}

async function find(
  kind: string,
  wanted: string,
  get: () => Promise<Item>,
  pages: AsyncIterable<{ readonly Items?: Item[] | undefined }>,
): Promise<Named> {
  const direct =
    ID.test(wanted) || wanted.startsWith('AppConfig.') ? await get().catch(() => undefined) : undefined
  // A local AppConfig takes names where AWS takes ids only.
  if (direct?.Id === wanted) return named(direct)

  const items: Item[] = []
  for await (const { Items = [] } of pages) items.push(...Items)
  const byId = items.find(({ Id }) => Id === wanted)
  if (byId) return named(byId)
  const byName = items.filter(({ Name }) => Name === wanted)
  const [only, second] = byName
  if (only && !second) return named(only)
  if (only) {
    const ids = byName.map(({ Id }) => Id).join(', ')
    throw new CliError('notFound', `More than one ${kind} is named '${wanted}': give an id (${ids}).`)
  }
  throw new CliError('notFound', `There is no ${kind} '${wanted}'. ${offer(items)}`)
}

function offer(items: readonly Item[]): string {
  if (items.length === 0) return 'There are none yet: check --endpoint and --region.'
  const names = items.slice(0, MOST_OFFERED).map(({ Name, Id }) => Name ?? Id)
  return `There ${items.length === 1 ? 'is' : 'are'}: ${names.join(', ')}${items.length > MOST_OFFERED ? ', …' : ''}.`
}

function named({ Id = '', Name = Id }: Item): Named {
  return { id: Id, name: Name }
}
