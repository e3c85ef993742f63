/**
 * Starts everything on this machine: an AppConfig and the API.
 *
 *     node dist/main.mjs [--port 3000] [--speed 1]
 *
 * @module
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { direct } from '@appconfig-kit/koa'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { createApp } from './app.ts'
import { APPLICATION, CHANGES, ENVIRONMENT, POLL_INTERVAL_SECONDS, SEED } from './config.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    // How many times as fast as real time AppConfig's clock, and so the polling, goes.
    speed: { type: 'string', default: '1' },
  },
})

const place = { application: APPLICATION, environment: ENVIRONMENT }
const speed = Number(values.speed)
// Two seconds, however fast the clock goes that they are measured by.
const resolveTimeoutMs = 2000 * speed

const local = await startLocalAppConfig({ speed })
for (const [profile, content] of Object.entries(SEED)) await local.deploy({ ...place, profile, content })

const client = new AppConfigDataClient({
  endpoint: local.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
const source = direct({ client })
const server = createApp({ source, clock: local.clock, resolveTimeoutMs }).app.listen(
  Number(values.port),
  '127.0.0.1',
)
await once(server, 'listening').catch((error: Error) => {
  console.error(
    `Port ${values.port} cannot be had (${error.message}). Give another by --port, or 0 for a free one.`,
  )
  process.exit(1)
})
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const curl = (key: string, path: string) => `  curl -i -H 'Authorization: Bearer ${key}' ${url}${path}`
console.log(`
listening on ${url}   (AppConfig on this machine: ${local.url})

Two tiers, two answers:
${curl('key-of-ada', '/report')}
${curl('key-of-grace', '/report')}
${curl('key-of-ada', '/schedule')}
${curl('key-of-grace', '/schedule')}
${curl('key-of-ada', '/export')}
${curl('key-of-grace', '/export')}

Deploy while it runs: type one of these words and press Enter; ask again
within ${POLL_INTERVAL_SECONDS} s, the shortest interval AppConfig allows.
  pro    the new export for the tier pro
  all    twice the rows, and the new export for everybody
Stop: Ctrl-C
`)

for await (const word of createInterface({ input: process.stdin })) {
  const change = Object.hasOwn(CHANGES, word) ? CHANGES[word] : undefined
  if (change) await local.deploy({ ...place, ...change })
  console.log(change ? `deployed ${change.profile}` : `not one of ${Object.keys(CHANGES).join(', ')}`)
}
