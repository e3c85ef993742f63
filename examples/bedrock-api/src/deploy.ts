/**
 * Deploys one of the example's changes through the AWS SDK, as a pipeline would:
 *
 *     node dist/deploy.mjs second-version --endpoint http://127.0.0.1:4100
 *
 * Run again, it says that there is nothing to do.
 *
 * @module
 */
import { parseArgs } from 'node:util'
import {
  AppConfigClient,
  CreateDeploymentStrategyCommand,
  CreateHostedConfigurationVersionCommand,
  GetHostedConfigurationVersionCommand,
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListDeploymentStrategiesCommand,
  ListDeploymentsCommand,
  ListEnvironmentsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import { APPLICATION, CHANGES, type Change } from './config.ts'

interface Named {
  readonly Id?: string | undefined
  readonly Name?: string | undefined
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { endpoint: { type: 'string' } },
})
const change = Object.hasOwn(CHANGES, positionals[0] ?? '')
  ? CHANGES[positionals[0] as keyof typeof CHANGES]
  : undefined
if (change === undefined) {
  console.error(`usage: deploy (${Object.keys(CHANGES).join(' | ')}) [--endpoint URL]`)
  process.exit(2)
}
const client = new AppConfigClient({
  region: 'us-east-1',
  ...(values.endpoint && {
    endpoint: values.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }),
})
try {
  console.log(await deploy(change))
} catch (error) {
  const { name, message } = error as Error
  console.error(
    `deploy: ${name}: ${message || 'no answer'}. ${values.endpoint ? `Does the example run, and is ${values.endpoint} the address it printed?` : 'Check region and credentials.'}`,
  )
  process.exitCode = 1
}

async function deploy({ environment, profile, content, strategy }: Change): Promise<string> {
  const ApplicationId = idOf(APPLICATION, (await client.send(new ListApplicationsCommand({}))).Items)
  const EnvironmentId = idOf(
    environment,
    (await client.send(new ListEnvironmentsCommand({ ApplicationId }))).Items,
  )
  const ConfigurationProfileId = idOf(
    profile,
    (await client.send(new ListConfigurationProfilesCommand({ ApplicationId }))).Items,
  )
  const text = JSON.stringify(content)
  const { Items: [latest] = [] } = await client.send(
    new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 1 }),
  )
  if (latest?.ConfigurationName === profile && latest.ConfigurationVersion) {
    const deployed = await client.send(
      new GetHostedConfigurationVersionCommand({
        ApplicationId,
        ConfigurationProfileId,
        VersionNumber: Number(latest.ConfigurationVersion),
      }),
    )
    if (Buffer.from(deployed.Content ?? []).toString() === text) {
      return `${environment}/${profile} has it already: deployment ${latest.DeploymentNumber} is ${latest.State}`
    }
  }
  const { VersionNumber } = await client.send(
    new CreateHostedConfigurationVersionCommand({
      ApplicationId,
      ConfigurationProfileId,
      Content: Buffer.from(text),
      ContentType: 'application/json',
    }),
  )
  const deployment = await client.send(
    new StartDeploymentCommand({
      ApplicationId,
      EnvironmentId,
      ConfigurationProfileId,
      ConfigurationVersion: String(VersionNumber),
      DeploymentStrategyId: await strategyId(strategy),
    }),
  )
  return `${environment}/${profile} version ${VersionNumber}: deployment ${deployment.DeploymentNumber} is ${deployment.State}`
}

/** An incident is no time for baking: a strategy of our own, all at once, with none. */
async function strategyId(name: string): Promise<string> {
  if (name.startsWith('AppConfig.')) return name
  const { Items } = await client.send(new ListDeploymentStrategiesCommand({ MaxResults: 50 }))
  const known = Items?.find(({ Name }) => Name === name)
  if (known?.Id) return known.Id
  const { Id } = await client.send(
    new CreateDeploymentStrategyCommand({
      Name: name,
      GrowthFactor: 100,
      DeploymentDurationInMinutes: 0,
      FinalBakeTimeInMinutes: 0,
      ReplicateTo: 'NONE',
    }),
  )
  return Id as string
}

function idOf(name: string, items: readonly Named[] | undefined): string {
  const id = items?.find(({ Name }) => Name === name)?.Id
  if (id === undefined)
    throw new Error(`AppConfig has nothing named ${name}. Start the example first, or check --endpoint`)
  return id
}
