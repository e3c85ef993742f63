/** A process that has nothing on its event loop but an await of ours: it stays until that is settled, and no longer. */
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ROOT, run } from '../src/run.ts'

/** When a service answers, told by what becomes of a connection. */
type Service = 'late' | 'refused' | 'hanging'

const LATE_MS = 3000

/** A port where the service is: late by three seconds, never there, or there and silent. */
async function startService(service: Service): Promise<{ port: number; stop(): void }> {
  const placeholder = createSocketServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => placeholder.once('listening', resolve))
  const { port } = placeholder.address() as AddressInfo
  if (service === 'hanging') return { port, stop: () => placeholder.close() }
  await new Promise((resolve) => placeholder.close(resolve))
  if (service === 'refused') return { port, stop: () => {} }
  const server = answering()
  const timer = setTimeout(() => server.listen(port, '127.0.0.1'), LATE_MS)
  return {
    port,
    stop() {
      clearTimeout(timer)
      server.closeAllConnections()
      server.close()
    },
  }
}

/** As much of the data plane and of the Agent as one document needs. */
function answering(): Server {
  return createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.method === 'POST') {
      response.statusCode = 201
      request.resume().on('end', () => response.end('{"InitialConfigurationToken":"token-1"}'))
      return
    }
    response.setHeader('Next-Poll-Configuration-Token', 'token-2')
    response.setHeader('Next-Poll-Interval-In-Seconds', '60')
    response.end('{"a":1}')
  })
}

const SOURCES = {
  direct: (port: number) =>
    `direct({ endpoint: 'http://127.0.0.1:${port}', region: 'us-east-1', requestTimeoutMs: 1000 })`,
  agent: (port: number) => `agent({ baseUrl: 'http://127.0.0.1:${port}', requestTimeoutMs: 1000 })`,
}

const CALLS = {
  'start()': (options: string) =>
    `const client = createAppConfig({ ${options}, layers: ['default'] }); await client.start(); console.log(client.peek().a)`,
  'dynamicConfig()': (options: string) =>
    `const config = await dynamicConfig({ ${options}, profile: 'default' }); console.log(config.current.a)`,
  'resolve()': (options: string) =>
    `const client = createAppConfig({ ${options}, layers: ['default'], resolveTimeoutMs: 4500 }); console.log((await client.resolve()).a)`,
}

const MODULES = {
  ESM: (program: string) => [
    '--input-type=module',
    '-e',
    `import { agent, createAppConfig, direct, dynamicConfig } from '@appconfig-kit/core'; try { ${program} } catch (error) { console.log(error.code) }`,
  ],
  CommonJS: (program: string) => [
    '-e',
    `const { agent, createAppConfig, direct, dynamicConfig } = require('@appconfig-kit/core'); (async () => { ${program} })().catch((error) => console.log(error.code))`,
  ],
}

const cases = (Object.keys(SOURCES) as (keyof typeof SOURCES)[]).flatMap((source) =>
  (Object.keys(MODULES) as (keyof typeof MODULES)[]).flatMap((modules) =>
    (['late', 'refused', 'hanging'] as const).map((service) => [source, modules, service] as const),
  ),
)

describe.concurrent.each(cases)('%s, %s, a service that is %s', (source, modules, service) => {
  it.each(Object.entries(CALLS))('an awaited %s is settled', async (name, call) => {
    const { port, stop } = await startService(service)
    const options = `application: 'api', environment: 'dev', logger: false, startTimeoutMs: ${service === 'late' ? 15_000 : 4500}, source: ${SOURCES[source](port)}`
    const { code, stdout, stderr } = await run(
      process.execPath,
      MODULES[modules](call(options)),
      `${ROOT}test`,
      {
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    )
    stop()
    // A cold request takes the first outcome there is: it does not wait for a second attempt.
    const expected = service === 'late' && name !== 'resolve()' ? '1\n' : 'CONFIG_UNAVAILABLE\n'
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expected, stderr: '' })
  })
})

describe('nothing else keeps a process alive', () => {
  const AWAY = `application: 'api', environment: 'dev', logger: false, source: agent({ baseUrl: 'http://127.0.0.1:1' })`
  it.each([
    [
      'a client that is polling',
      `const client = createAppConfig({ ${AWAY}, layers: ['default'] }); await client.start().catch(() => {})`.replace(
        "agent({ baseUrl: 'http://127.0.0.1:1' })",
        'memory({ default: {} })',
      ),
    ],
    ['a middleware that nobody serves with', `appConfig({ ${AWAY}, layers: ['default'] })`],
    [
      'a start that nobody awaits, told so',
      `void createAppConfig({ ${AWAY}, layers: ['default'] }).start({ keepsProcessAlive: false }).catch(() => {})`,
    ],
    [
      'close() while start() is pending',
      `const client = createAppConfig({ ${AWAY}, layers: ['default'] }); const started = client.start().catch((error) => error.code); await client.close(); if (await started !== 'CLIENT_CLOSED') throw started`,
    ],
  ])('%s', async (_, program) => {
    const began = performance.now()
    const { code, stderr } = await run(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { agent, appConfig, createAppConfig, memory } from '@appconfig-kit/express'; ${program}`,
      ],
      `${ROOT}test`,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // The start of a client may take ten seconds; nobody waits for that here.
    expect(performance.now() - began).toBeLessThan(8000)
  })
})
