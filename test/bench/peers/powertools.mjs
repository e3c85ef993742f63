/** Powertools' parameters, whose cached get is what a handler asks: no rules, no tenants. */
import { AppConfigProvider } from '@aws-lambda-powertools/parameters/appconfig'
import { AppConfigDataClient, StartConfigurationSessionCommand } from '@aws-sdk/client-appconfigdata'
import { FLAG, plainDocument } from '../participants/flags.mjs'

const A_DAY = 86_400

export async function plain(flags) {
  const client = new AppConfigDataClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  client.send = async (command) =>
    command instanceof StartConfigurationSessionCommand
      ? { InitialConfigurationToken: 'token' }
      : {
          NextPollConfigurationToken: 'token',
          Configuration: new TextEncoder().encode(JSON.stringify(plainDocument(flags))),
        }
  const provider = new AppConfigProvider({ application: 'api', environment: 'bench', awsSdkV3Client: client })
  const ask = () => provider.get('default', { transform: 'json', maxAge: A_DAY })
  await ask()
  return async () => (await ask())[FLAG].enabled
}
