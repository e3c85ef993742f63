/**
 * Starts everything on this machine: an AppConfig, an event collector and the API.
 *
 *     node dist/main.mjs [--port 3000] [--appconfig-port 4100] [--speed 1]
 *
 * @module
 */
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { direct } from '@appconfig-kit/express'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import express, { type Express } from 'express'
import { createApp } from './app.ts'
import { APPLICATION, POLL_INTERVAL_SECONDS, SEED } from './config.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    'appconfig-port': { type: 'string', default: '4100' },
    // How many times as fast as real time AppConfig's clock, and so the polling, goes.
    speed: { type: 'string', default: '1' },
  },
})
const speed = Number(values.speed)

const local = await startLocalAppConfig({ port: Number(values['appconfig-port']), speed })
for (const document of SEED) await local.deploy({ application: APPLICATION, ...document })

const collector = express().post('/events', (_req, res) => void res.status(204).end())
const sinks = {
  collectorUrl: `${await listen(collector, 0)}/events`,
  file: join(mkdtempSync(join(tmpdir(), 'bedrock-api-')), 'events.jsonl'),
}

const client = new AppConfigDataClient({
  endpoint: local.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
// Two seconds of real time, however fast the clock goes.
const resolveTimeoutMs = 2000 * speed
const { app } = createApp({ source: direct({ client }), clock: local.clock, resolveTimeoutMs, sinks })
const url = await listen(app, Number(values.port))

const curl = (key: string, path: string) => `  curl -i -H 'Authorization: Bearer ${key}' ${url}${path}`
const deploy = (change: string) =>
  `  node examples/bedrock-api/dist/deploy.mjs ${change} --endpoint ${local.url}`
console.log(`
listening on ${url}   (AppConfig on this machine: ${local.url})

Two tenants, two answers:
${curl('key-of-tenant-01', '/model')}
${curl('key-of-tenant-02', '/model')}
${curl('key-of-tenant-01', '/search')}
${curl('key-of-tenant-02', '/search')}

Deploy while it runs, from another terminal in this folder; then ask again:
${deploy('second-version')}
    temperature 0.7 and anthropic.claude-v2:1 for everybody who has none of their own
${deploy('ops-incident')}
    search off for everybody, events to ${sinks.file}
${deploy('ops-normal')}
    and back

Configuration is asked for every ${POLL_INTERVAL_SECONDS} s, the shortest AppConfig allows${speed === 1 ? '' : ` (${speed} times as fast here)`}: a change
shows within that and at most a tenth more. Health: curl ${url}/health   Stop: Ctrl-C
`)

async function listen(server: Express, port: number): Promise<string> {
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}
