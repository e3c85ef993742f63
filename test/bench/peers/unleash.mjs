/** Unleash's client on a bootstrap; what it tries to fetch fails at once. */
import { once } from 'node:events'
import { InMemStorageProvider, Unleash } from 'unleash-client'
import { FLAG } from '../participants/flags.mjs'

export function plain(flags) {
  return deciderOf(features(flags))
}

export function rules(flags) {
  const when = (contextName, operator, values) => ({
    name: 'default',
    parameters: {},
    constraints: [{ contextName, operator, values, inverted: false, caseInsensitive: false }],
  })
  const strategies = [
    when('tier', 'IN', ['enterprise']),
    when('country', 'IN', ['CH', 'AT']),
    when('email', 'STR_STARTS_WITH', ['qa-']),
    {
      name: 'flexibleRollout',
      constraints: [],
      parameters: { rollout: '50', stickiness: 'userId', groupId: FLAG },
    },
  ]
  return deciderOf(
    features(flags).map((feature) => (feature.name === FLAG ? { ...feature, strategies } : feature)),
  )
}

function features(flags) {
  return Array.from({ length: flags }, (_, at) => ({
    name: `flag${at}`,
    enabled: true,
    strategies: [{ name: 'default', parameters: {}, constraints: [] }],
  }))
}

async function deciderOf(data) {
  const unleash = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1:9/api/',
    bootstrap: { data },
    storageProvider: new InMemStorageProvider(),
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
  })
  unleash.on('error', () => {})
  unleash.on('warn', () => {})
  await once(unleash, 'ready')
  return ({ userId, tenantId, tier, country, email }) =>
    unleash.isEnabled(FLAG, { userId, properties: { tenantId, tier, country, email } })
}
