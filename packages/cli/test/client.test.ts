import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createClient, isLoopback } from '../src/appconfig/client.ts'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

describe('a client', () => {
  it.each(['http://localhost:4100', 'http://127.0.0.1:4100', 'http://[::1]:4100'])(
    'for %s needs neither credentials nor region',
    async (endpoint) => {
      const { config } = createClient({ endpoint }, memoryIo())

      expect(await config.credentials()).toMatchObject({ accessKeyId: 'local' })
      expect(await config.region()).toBe('us-east-1')
    },
  )

  it('takes the endpoint from the environment, as the AWS tools do', async () => {
    const { config } = createClient({}, memoryIo({ AWS_ENDPOINT_URL_APPCONFIG: 'http://127.0.0.1:4100' }))

    expect(await config.endpoint?.()).toMatchObject({ hostname: '127.0.0.1', port: 4100 })
    expect(await config.credentials()).toMatchObject({ accessKeyId: 'local' })
  })

  it('prefers what was asked for', async () => {
    const { config } = createClient(
      { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' },
      memoryIo({ AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }),
    )

    expect(await config.endpoint?.()).toMatchObject({ port: 1 })
    expect(await config.region()).toBe('eu-west-1')
  })

  it('never makes up credentials for another machine', () => {
    expect(isLoopback('https://appconfig.us-east-1.amazonaws.com')).toBe(false)
    expect(isLoopback('http://127.0.0.1.example.com')).toBe(false)
    expect(isLoopback('http://localhost@example.com')).toBe(false)
  })
})

describe('an endpoint that does not answer', () => {
  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const PLACE = ['-a', 'api', '-e', 'prod-01']
  const silent: RequestListener = () => {}
  const halfAnswered: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"Items":[')
  }

  it.each([
    ['status', silent],
    ['stop', silent],
    ['revert', silent],
    ['status', halfAnswered],
  ])('is given up by %s, which says what it waited for', async (command, listener) => {
    let requests = 0
    const endpoint = await listen((...args) => {
      requests += 1
      listener(...args)
    })
    const io = memoryIo()

    const code = await runCli([command, ...PLACE, '--endpoint', endpoint, '--timeout', '0.2'], io)

    expect([code, io.stdout.text]).toEqual([6, ''])
    expect(io.stderr.text).toBe(
      `appconfig-kit: ${endpoint} did not answer ListApplications within 0.2 s. Check --endpoint and the network, or give it longer by --timeout.\n`,
    )
    expect(requests).toBe(1)
  })

  it('keeps a person at a terminal informed meanwhile', async () => {
    const endpoint = await listen((_, response) => {
      // An answer, as soon as somebody was told to wait for it.
      stderr.onWrite = () => void (response.headersSent || response.writeHead(403).end())
    })
    const stderr: { text: string; isTTY: true; onWrite?: () => void; write(text: string): void } = {
      text: '',
      isTTY: true,
      write(text) {
        stderr.text += text
        stderr.onWrite?.()
      },
    }

    await runCli(['status', ...PLACE, '--endpoint', endpoint], { ...memoryIo(), stderr })

    expect(stderr.text).toContain(`appconfig-kit: Waiting for ${endpoint} to answer ListApplications, 40 s`)
  })
})
