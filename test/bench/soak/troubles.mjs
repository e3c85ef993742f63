/**
 * What happens meanwhile, by name. Each ends by itself, or after a few seconds.
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
  // Of a document that all need. Of an optional one a 404 is believed: its layer goes, as it is to.
  404: { operation: 'StartConfigurationSession', target: { profile: 'default' }, status: 404 },
  'expired tokens': { operation: 'GetLatestConfiguration', problem: 'Expired' },
  'corrupted tokens': { operation: 'GetLatestConfiguration', problem: 'Corrupted' },
  'connections that end': { drop: true },
  'answers that end early': { operation: 'GetLatestConfiguration', truncate: true },
  'no answers': { hang: true },
  'late answers': { latencyMs: 1500 },
  garbage: { operation: 'GetLatestConfiguration', body: '<html>' },
}

export const troubles = {
  ...Object.fromEntries(
    Object.entries(FAULTS).map(([name, fault]) => [
      name,
      async ({ appConfig, random }) => {
        const forMs = random.between(1000, 8000)
        appConfig.addFault(fault, forMs)
        await passed(random.between(0, forMs))
      },
    ]),
  ),
  async deployments({ appConfig, random }) {
    for (let count = 0; count < 10; count++) await appConfig.deploy(random.oneOf(DOCUMENTS))
  },
  async 'deployments of what all share'({ appConfig, random }) {
    for (let count = 0; count < 20; count++) await appConfig.deploy(random.oneOf(DOCUMENTS.slice(0, 6)))
  },
  'a version that can not be read': ({ appConfig, random }) => deployBad(appConfig, random, '{"limit": '),
  'a version that the schema refuses': ({ appConfig, random }) =>
    deployBad(appConfig, random, '{"limit": "none", "bad": true}'),
  async 'AppConfig goes away'({ appConfig, random }) {
    await appConfig.goAway()
    await passed(random.between(1000, 8000))
    await appConfig.comeBack()
  },
}

export const kills = {
  'the API is killed': ({ api }) => api.restart({ isAppConfigThere: true }),
  async 'the API is killed while AppConfig is away'({ appConfig, api }) {
    await appConfig.goAway()
    await api.restart({ isAppConfigThere: false })
    await appConfig.comeBack()
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
