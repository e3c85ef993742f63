/**
 * A local AppConfig and a server before it, on one clock that moves only when told to.
 *
 * @module
 */
import { setImmediate as turn } from 'node:timers/promises'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { load } from '../harness/packages.mjs'

const PLACE = { application: 'api', environment: 'bench', profile: 'default' }
const STEP_MS = 250
/** Deployments end at all times between two polls alike. */
const SPREAD_MS = 66_000
const GOLDEN = 0.618034

/** `control.deploy`: how long a deployment takes from its end to the first request that sees it. */
export async function world({ source }) {
  const core = await load('core')
  const { manualClock } = await load('core', 'testing')
  const { startLocalAppConfig } = await load('local')
  const clock = manualClock()
  const local = await startLocalAppConfig({ clock })
  let version = 0
  const publish = () => local.deploy({ ...PLACE, content: { version: ++version } })
  await publish()
  const sdk = new AppConfigDataClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  })
  const polls = { begun: 0, underWay: 0 }
  const client = core.createAppConfig({
    application: PLACE.application,
    environment: PLACE.environment,
    layers: [PLACE.profile],
    source: counted(
      source === 'direct' ? core.direct({ client: sdk }) : core.agent({ baseUrl: local.agentUrl }),
      polls,
    ),
    clock,
  })
  await client.start()

  /** Moves time on until the document is asked for, then waits for the answer to be what requests get. */
  async function deploy() {
    for (let leftMs = SPREAD_MS * ((version * GOLDEN) % 1); leftMs > 0; leftMs -= STEP_MS) {
      clock.advance(STEP_MS)
      await settled()
    }
    await publish()
    const endedAtMs = clock.now()
    polls.begun = 0
    while (polls.begun === 0) clock.advance(STEP_MS)
    const askedAtMs = clock.now()
    const beganAt = performance.now()
    while ((await client.resolve()).version !== version) await turn()
    return { waitedMs: askedAtMs - endedAtMs, workMs: performance.now() - beganAt }
  }

  async function settled() {
    while (polls.underWay > 0) await turn()
    await client.resolve()
  }
  return {
    control: { deploy },
    async close() {
      await client.close()
      sdk.destroy()
      await local.close()
    },
  }
}

/** `source`, counting its polls. */
function counted(source, polls) {
  return {
    ...source,
    open(document, options) {
      const session = source.open(document, options)
      async function poll(signal) {
        polls.begun++
        polls.underWay++
        try {
          return await session.poll(signal)
        } finally {
          polls.underWay--
        }
      }
      return { ...session, poll }
    },
  }
}
