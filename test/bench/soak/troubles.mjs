/**
 * What happens meanwhile, by name. Each ends by itself.
 *
 * @module
 */
import { setTimeout as passed } from 'node:timers/promises'
import { DOCUMENTS } from './tenants.mjs'

const FAULTS = {
  500: { status: 500 },
  503: { status: 503 },
  429: { status: 429 },
  403: { status: 403 },
  404: { operation: 'StartConfigurationSession', status: 404 },
  'expired tokens': { operation: 'GetLatestConfiguration', problem: 'Expired' },
  'corrupted tokens': { operation: 'GetLatestConfiguration', problem: 'Corrupted' },
  'connections that end': { drop: true },
  'answers that end early': { operation: 'GetLatestConfiguration', truncate: true },
  'no answers': { hang: true },
  'late answers': { latencyMs: 1500 },
  garbage: { operation: 'GetLatestConfiguration', body: '<html>' },
}

/** Each with whether it kills the API. */
export const troubles = {
  ...Object.fromEntries(
    Object.entries(FAULTS).map(([name, fault]) => [
      name,
      {
        async happen({ appConfig, random }) {
          const forMs = random.between(1000, 8000)
          appConfig.addFault(fault, forMs)
          await passed(random.between(0, forMs))
        },
      },
    ]),
  ),
  deployments: {
    async happen({ appConfig, random }) {
      for (let count = 0; count < 5; count++) await appConfig.deploy(random.oneOf(DOCUMENTS))
    },
  },
  'more deployments': {
    async happen({ appConfig, random }) {
      for (let count = 0; count < 20; count++) await appConfig.deploy(random.oneOf(DOCUMENTS.slice(0, 6)))
    },
  },
  'a version that can not be read': {
    happen: ({ appConfig, random }) => deployBad(appConfig, random, '{"limit": '),
  },
  'a version that the schema refuses': {
    happen: ({ appConfig, random }) => deployBad(appConfig, random, '{"limit": "none", "bad": true}'),
  },
  'AppConfig goes away': {
    async happen({ appConfig, random }) {
      await appConfig.goAway()
      await passed(random.between(1000, 8000))
      await appConfig.comeBack()
    },
  },
  'the API is killed': {
    kills: true,
    happen: ({ api }) => api.restart({ isAppConfigThere: true }),
  },
  'the API is killed while AppConfig is away': {
    kills: true,
    async happen({ appConfig, api }) {
      await appConfig.goAway()
      await api.restart({ isAppConfigThere: false })
      await appConfig.comeBack()
    },
  },
}

/** A bad version, and after a while a good one. */
async function deployBad(appConfig, random, content) {
  // Not of the sections: they would have to be of the right shape to be refused by the schema.
  const document = random.oneOf(DOCUMENTS.filter(({ profile }) => profile !== 'tenants'))
  await appConfig.deployBad(document, content)
  await passed(random.between(1000, 10_000))
  await appConfig.deploy(document)
}
