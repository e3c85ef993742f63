/** LaunchDarkly's server SDK on its own test data: nothing is fetched, nothing is sent. */
import { basicLogger, init } from '@launchdarkly/node-server-sdk'
import { TestData } from '@launchdarkly/node-server-sdk/integrations'
import { FLAG } from '../participants/flags.mjs'

export async function plain(flags) {
  return deciderOf(await dataOf(flags))
}

export async function rules(flags) {
  return deciderOf(await rulesOf(flags))
}

/** Test data with three rules and a split. */
export async function rulesOf(flags) {
  const data = await dataOf(flags)
  const [on, off] = [0, 1]
  const clause = (attribute, op, values) => ({ attribute, op, values, contextKind: 'user', negate: false })
  data.usePreconfiguredFlag({
    key: FLAG,
    version: 1,
    on: true,
    salt: 'bench',
    variations: [true, false],
    offVariation: off,
    fallthrough: {
      rollout: {
        contextKind: 'user',
        bucketBy: 'key',
        variations: [
          { variation: on, weight: 50_000 },
          { variation: off, weight: 50_000 },
        ],
      },
    },
    rules: [
      { id: 'enterprise', variation: on, clauses: [clause('tier', 'in', ['enterprise'])] },
      { id: 'alps', variation: on, clauses: [clause('country', 'in', ['CH', 'AT'])] },
      { id: 'testers', variation: on, clauses: [clause('email', 'startsWith', ['qa-'])] },
    ],
  })
  return data
}

/** Test data of boolean flags that are on. */
export async function dataOf(flags) {
  const data = new TestData()
  for (let at = 0; at < flags; at++)
    await data.update(data.flag(`flag${at}`).booleanFlag().variationForAll(true))
  return data
}

async function deciderOf(data) {
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: basicLogger({ level: 'none' }),
  })
  await client.waitForInitialization({ timeout: 10 })
  return ({ userId, ...attributes }) =>
    client.boolVariation(FLAG, { kind: 'user', key: userId, ...attributes }, false)
}
