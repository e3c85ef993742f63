/**
 * Starts everything on this machine: an AppConfig, an event collector and the API.
 *
 *     node dist/main.mjs [--port 3000] [--appconfig-port 4100] [--speed 1]
 *
 * @module
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
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

const local = await startLocalAppConfig({ port: Number(values['appconfig-port']), speed }).catch(
  (error: unknown) => refuse('appconfig-port', error),
)
for (const document of SEED) await local.deploy({ application: APPLICATION, ...document })

const collector = express().post('/events', (_req, res) => void res.status(204).end())
const collecting = await listen(collector, 0)
const folder = mkdtempSync(join(tmpdir(), 'bedrock-api-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const sinks = { collectorUrl: `${urlOf(collecting)}/events`, file: join(folder, 'events.jsonl') }

const client = new AppConfigDataClient({
  endpoint: local.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
// Two seconds of real time, however fast the clock goes.
const resolveTimeoutMs = 2000 * speed
const { app, close } = createApp({ source: direct({ client }), clock: local.clock, resolveTimeoutMs, sinks })
const server = await listen(app, Number(values.port)).catch((error: unknown) => refuse('port', error))
const url = urlOf(server)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

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

async function listen(server: Express, port: number): Promise<Server> {
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  return listening
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Ends everything; then nothing keeps the process alive. */
async function stop(): Promise<void> {
  for (const each of [server, collecting]) {
    each.close()
    each.closeAllConnections()
  }
  await close()
  client.destroy()
  await local.close()
}

function refuse(option: keyof typeof values, error: unknown): never {
  const { message } = error as Error
  console.error(
    `Port ${values[option]} cannot be had (${message}). Give another by --${option}, or 0 for a free one: npm start -- --${option} 0`,
  )
  process.exit(1)
}
