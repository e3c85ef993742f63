/**
 * OpenFeature's server SDK over a provider: the same questions to each.
 *
 * @module
 */
import { basicLogger } from '@launchdarkly/node-server-sdk'
import { LaunchDarklyProvider } from '@launchdarkly/openfeature-node-server'
import { OpenFeature } from '@openfeature/server-sdk'
import { load } from '../harness/packages.mjs'
import { dataOf, rulesOf } from '../peers/launchdarkly.mjs'
import { inMemory } from '../peers/openfeature.mjs'
import { FLAG, freshContext, handRule, plainDocument, ruleDocument, TENANT } from './flags.mjs'
import { OPTIONS } from './ours.mjs'

const FLAGS = 100

/** By provider: what `setProviderAndWait` takes, and what a call says of the request. */
const PROVIDERS = {
  'its in-memory provider': {
    plain: () => ({ provider: inMemory(FLAGS) }),
    rules: () => ({ provider: inMemory(FLAGS, (context) => (handRule(context) ? 'on' : 'off')) }),
  },
  ours: {
    plain: () => ours(plainDocument(FLAGS)),
    rules: () => ours(ruleDocument({ flags: FLAGS, variants: 1 })),
  },
  launchdarkly: {
    plain: () => launchDarkly('plain'),
    rules: () => launchDarkly('rules'),
  },
}
export const NAMES = Object.keys(PROVIDERS)

/** One boolean flag of 100, the context at hand. */
export async function plain({ provider }) {
  const context = { targetingKey: 'user-1', ...freshContext() }
  return asking(PROVIDERS[provider].plain(), () => context)
}

/** Three rules and a split, for a context nobody has seen. */
export async function rules({ provider }) {
  return asking(PROVIDERS[provider].rules(), () => {
    const context = freshContext()
    return { targetingKey: context.userId, ...context }
  })
}

async function asking(given, contextOf) {
  const { provider, request } = await given
  await OpenFeature.setProviderAndWait(provider)
  const client = OpenFeature.getClient()
  return { run: () => client.getBooleanValue(FLAG, false, { ...contextOf(), ...request }) }
}

async function ours(document) {
  const { appConfig, createAppConfig, memory } = await load('express')
  const { appConfigProvider, requestContext } = await load('openfeature')
  const client = createAppConfig({ ...OPTIONS, source: memory({ default: document }) })
  const request = { headers: {} }
  await client.resolve(TENANT)
  appConfig({ client, tenant: () => TENANT })(request, {}, () => {})
  return { provider: appConfigProvider(client), request: requestContext(request) }
}

async function launchDarkly(kind) {
  const data = kind === 'rules' ? await rulesOf(FLAGS) : await dataOf(FLAGS)
  return {
    provider: new LaunchDarklyProvider('sdk-key', {
      updateProcessor: data.getFactory(),
      sendEvents: false,
      logger: basicLogger({ level: 'none' }),
    }),
  }
}
