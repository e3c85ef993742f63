/**
 * A data plane and an Agent that answer at once and count, and a client of many documents.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { load } from '../harness/packages.mjs'

const CONTENT = JSON.stringify({ featureA: { enabled: true }, limit: 3 })

/** Every session gets its content once, and is told then that nothing changed. */
export async function dataPlane({ intervalSeconds }) {
  let calls = []
  let session = 0
  const answerPoll = (request, response) => {
    const isFirst = request.url.includes('first-')
    response.setHeader('next-poll-configuration-token', `next-${session++}`)
    response.setHeader('next-poll-interval-in-seconds', intervalSeconds)
    response.setHeader('content-type', 'application/json')
    response.end(isFirst ? CONTENT : '')
  }
  const server = createServer((request, response) => {
    calls.push(Date.now())
    if (request.url.startsWith('/configurationsessions')) {
      request.resume()
      response.statusCode = 201
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ InitialConfigurationToken: `first-${session++}` }))
    } else if (request.url.startsWith('/configuration?')) answerPoll(request, response)
    else {
      response.setHeader('content-type', 'application/json')
      response.setHeader('configuration-version', '1')
      response.end(CONTENT)
    }
  }).listen(0, '127.0.0.1')
  server.keepAliveTimeout = 600_000
  await once(server, 'listening')
  return {
    control: {
      port: () => server.address().port,
      /** When calls came since the last time this was asked. */
      calls() {
        const taken = calls
        calls = []
        return taken
      },
    },
    close: () => server.close(),
  }
}

/** A tenant for each document: the first use of each loads it, and from then on it is polled. */
export async function client({ source, port, documents, intervalSeconds, rate }) {
  const { agent, createAppConfig, direct, layer } = await load('core')
  const url = `http://127.0.0.1:${port}`
  const sdk = new AppConfigDataClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  })
  const appConfig = createAppConfig({
    application: 'api',
    environment: 'bench',
    layers: [({ id }) => layer(`tenant-${id}`, { pollIntervalSeconds: intervalSeconds })],
    source: source === 'agent' ? agent({ baseUrl: url }) : direct({ client: sdk }),
    maxNewTenantsPerSecond: 10_000_000,
    maxRequestsPerSecond: rate,
    maxTenants: documents,
    resolveTimeoutMs: 300_000,
    idleTimeoutSeconds: 86_400,
  })
  return {
    control: {
      async load() {
        const beganAt = performance.now()
        const began = process.cpuUsage()
        await Promise.all(Array.from({ length: documents }, (_, at) => appConfig.resolve(`t${at}`)))
        return { loadedMs: performance.now() - beganAt, cpuMs: milliseconds(process.cpuUsage(began)) }
      },
      async poll({ ms }) {
        const began = process.cpuUsage()
        await passed(ms)
        return { cpuMs: milliseconds(process.cpuUsage(began)) }
      },
    },
    close: () => appConfig.close(),
  }
}

function milliseconds({ user, system }) {
  return (user + system) / 1000
}
