/**
 * Starts everything on this machine: an AppConfig and the API.
 *
 *     node dist/main.mjs [--port 3000] [--speed 1]
 *
 * @module
 */
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { direct } from '@appconfig-kit/nestjs'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { NestFactory } from '@nestjs/core'
import { appModule } from './app.module.ts'
import { APPLICATION, CELLS, NEXT, POLL_INTERVAL_SECONDS, SEED } from './config.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    // How many times as fast as real time AppConfig's clock, and so the polling, goes.
    speed: { type: 'string', default: '1' },
  },
})

const speed = Number(values.speed)
// Two seconds, however fast the clock goes that they are measured by.
const resolveTimeoutMs = 2000 * speed

const local = await startLocalAppConfig({ speed })
for (const document of SEED) await local.deploy({ application: APPLICATION, ...document })

const client = new AppConfigDataClient({
  endpoint: local.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
const app = await NestFactory.create(
  appModule({ source: direct({ client }), clock: local.clock, resolveTimeoutMs }),
  {
    logger: ['error', 'warn'],
  },
)
await app.listen(Number(values.port), '127.0.0.1').catch((error: Error) => {
  console.error(
    `Port ${values.port} cannot be had (${error.message}). Give another by --port, or 0 for a free one.`,
  )
  process.exit(1)
})
const url = await app.getUrl()

const curl = (key: string, path: string) => `  curl -i -H 'Authorization: Bearer ${key}' '${url}${path}'`
console.log(`
listening on ${url}   (AppConfig on this machine: ${local.url})

Two cells, the same answers for now; tenant-03 has search off:
${curl('key-of-tenant-01', '/model')}
${curl('key-of-tenant-02', '/model')}
${curl('key-of-tenant-01', '/search?q=a')}
${curl('key-of-tenant-02', '/search?q=a')}
${curl('key-of-tenant-03', '/search?q=a')}

Deploy the next configuration, one cell after the other: type the name of one (${CELLS.join(', ')}) and
press Enter; its tenants have it within ${POLL_INTERVAL_SECONDS} s, the shortest interval AppConfig allows, the others' don't.
Health: curl ${url}/health   Stop: Ctrl-C
`)

for await (const line of createInterface({ input: process.stdin })) {
  const cell = CELLS.find((name) => name === line)
  if (cell) {
    await local.deploy({ application: APPLICATION, environment: cell, profile: 'default', content: NEXT })
  }
  console.log(cell ? `deployed to ${cell}` : `not one of ${CELLS.join(', ')}`)
}
