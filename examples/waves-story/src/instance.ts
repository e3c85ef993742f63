/**
 * One instance of the API: an Express app on a port of its own, with an AppConfig client of its own, as a
 * container would be. Nothing in it knows of rollouts; it counts its requests by version.
 *
 * @module
 */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appConfig, type Clock, direct, layer, type Usage, versionOf } from '@appconfig-kit/express'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import express, { type Request, type Response } from 'express'
import { APPLICATION, apiConfig, type CellName, PROFILE } from './config.ts'

/** Which version answered. A request that has no configuration never gets so far as to set it. */
export const VERSION_HEADER = 'x-config-version'

const POLL_INTERVAL_SECONDS = 60

export interface Instance {
  readonly cell: CellName
  readonly url: string
  /** Requests by version, since the start. */
  usage(): readonly Usage[]
  close(): Promise<void>
}

export interface InstanceOptions {
  /** AppConfig's. */
  readonly endpoint: string
  readonly clock: Clock
  /** How many times as fast as real time the clock is. */
  readonly speed: number
}

/** Starts an instance; it answers when it has its configuration. */
export async function startInstance(
  cell: CellName,
  { endpoint, clock, speed }: InstanceOptions,
): Promise<Instance> {
  const sdk = new AppConfigDataClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const config = appConfig({
    application: APPLICATION,
    environment: cell,
    layers: [layer(PROFILE, { pollIntervalSeconds: POLL_INTERVAL_SECONDS })],
    source: direct({ client: sdk }),
    schema: apiConfig,
    telemetry: {},
    clock,
    // Thirty real seconds: starting up is not part of the story.
    startTimeoutMs: Math.round(30_000 * speed),
  })
  await config.client.start()
  // 'test' silences Express's own error log.
  const app = express().set('env', 'test').use(config).get('/answer', answer)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    cell,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`,
    usage: () => config.client.usage(),
    async close() {
      await config.close()
      sdk.destroy()
      await shut(server)
    },
  }
}

/** A prompt that is too long for the configured limit is this API's fault, not its client's: nobody told the client. */
function answer(req: Request, res: Response): void {
  res.set(VERSION_HEADER, versionOf(req.config)[0]?.versionLabel)
  const characters = Number(req.query['characters'])
  if (characters > req.config.maxPromptCharacters) {
    res.status(500).json({ error: 'The prompt was cut.' })
    return
  }
  res.json({ answer: `${req.config.bedrockModelId} read ${characters} characters.` })
}

async function shut(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
