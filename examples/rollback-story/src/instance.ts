/**
 * One instance of the API: an Express app on a port of its own, with an AppConfig client of its own,
 * as a container would be.
 *
 * @module
 */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appConfig, type Clock, direct, layer, versionOf } from '@appconfig-kit/express'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import express, { type Express, type Request, type Response } from 'express'
import { APPLICATION, apiConfig, ENVIRONMENT, PROFILE } from './config.ts'
import { invokeModel } from './model.ts'

/** Which version answered. A request that has no configuration never gets so far as to set it. */
export const VERSION_HEADER = 'x-config-version'

const POLL_INTERVAL_SECONDS = 30

export interface Instance {
  readonly name: string
  readonly url: string
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
  name: string,
  { endpoint, clock, speed }: InstanceOptions,
): Promise<Instance> {
  const sdk = new AppConfigDataClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const config = appConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers: [layer(PROFILE, { pollIntervalSeconds: POLL_INTERVAL_SECONDS })],
    source: direct({ client: sdk }),
    schema: apiConfig,
    clock,
    // Ten real seconds: starting up is not part of the story.
    startTimeoutMs: Math.round(10_000 * speed),
  })
  await config.client.start()
  const server = createApp(config).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`,
    async close() {
      await config.close()
      sdk.destroy()
      await shut(server)
    },
  }
}

function createApp(config: ReturnType<typeof appConfig>): Express {
  const app = express().set('env', 'test') // 'test' silences Express's own error log
  app.use(config)
  app.get('/answer', answer)
  return app
}

function answer(req: Request, res: Response): void {
  res.set(VERSION_HEADER, versionOf(req.config)[0]?.versionLabel)
  try {
    res.json({ answer: invokeModel(req.config.bedrockModelId, 'config matters') })
  } catch (error) {
    res.status(502).json({ error: (error as Error).message })
  }
}

async function shut(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
