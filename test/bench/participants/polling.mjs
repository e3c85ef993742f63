/**
 * A data plane and an Agent that answer at once and count, and a client of many documents.
 *
 * @module
 */
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import { AppConfigDataClient, GetLatestConfigurationCommand } from '@aws-sdk/client-appconfigdata'
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
  const sdk = sdkClient(url)
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

function sdkClient(endpoint, options) {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
  return new AppConfigDataClient({ endpoint, region: 'us-east-1', credentials, ...options })
}

const WAKE_EVERY_MS = 100
const WARM_UP_CALLS = 3000

/** The same calls and nothing else, as many together as the client makes: the floor of each source. */
export async function calls({ source, port, documents, intervalSeconds }) {
  const url = `http://127.0.0.1:${port}`
  const call = source === 'agent' ? httpCall(url) : sdkCall(url)
  const perWake = (documents / intervalSeconds / 1000) * WAKE_EVERY_MS
  return {
    control: {
      async load() {
        for (let at = 0; at < Math.min(documents, WARM_UP_CALLS); at += 10)
          await Promise.all(Array.from({ length: 10 }, call))
        return {}
      },
      async poll({ ms }) {
        const began = process.cpuUsage()
        let due = 0
        const waking = setInterval(() => {
          for (due += perWake; due >= 1; due--) void call()
        }, WAKE_EVERY_MS)
        await passed(ms)
        clearInterval(waking)
        return { cpuMs: milliseconds(process.cpuUsage(began)) }
      },
    },
    close() {},
  }
}

function sdkCall(url) {
  const client = sdkClient(url, { cacheMiddleware: true, maxAttempts: 1 })
  return () => client.send(new GetLatestConfigurationCommand({ ConfigurationToken: 'next-1' }))
}

function httpCall(url) {
  const agent = new Agent({ keepAlive: true })
  return () =>
    new Promise((resolve, reject) => {
      const asked = request(
        `${url}/applications/api/environments/bench/configurations/one`,
        { agent },
        (answer) => {
          answer.on('data', () => {})
          answer.on('end', resolve)
        },
      )
      asked.on('error', reject).end()
    })
}

function milliseconds({ user, system }) {
  return (user + system) / 1000
}
