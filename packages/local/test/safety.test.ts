import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CreateHostedConfigurationVersionCommand, PayloadTooLargeException } from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import { LocalAppConfigError, startLocalAppConfig } from '../src/index.ts'
import { API, failure, open, start } from './start.ts'

describe('a web page', () => {
  it.each([
    ['a foreign host', { host: 'evil.example' }, 403],
    ['a foreign host with our port', { host: 'evil.example:80' }, 403],
    ['a name that only begins like ours', { host: 'localhost.evil.example' }, 403],
    ['a foreign origin', { origin: 'http://evil.example' }, 403],
    ['an origin of this machine', { origin: 'http://localhost:3000' }, 403],
    ['no origin at all', { origin: 'null' }, 403],
    ['a request the browser calls foreign', { 'sec-fetch-site': 'cross-site' }, 403],
    ['localhost', { host: 'localhost:1234' }, 200],
    ['loopback in IPv6', { host: '[::1]:1234' }, 200],
    ['a name that was allowed', { host: 'appconfig.internal:80' }, 200],
  ])('with %s', async (_, headers, status) => {
    const { local } = await start({ allowedHosts: ['appconfig.internal'] })

    const response = await get(`${local.url}/applications`, headers)

    expect(response.statusCode).toBe(status)
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(local.calls).toHaveLength(status === 200 ? 1 : 0)
  })
})

describe('content that is too large', () => {
  it.each([2_097_153, 4_000_000])('is refused with its size: %i bytes', async (size) => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'one' })

    const error = await failure(
      control.send(
        new CreateHostedConfigurationVersionCommand({
          ApplicationId: 'api',
          ConfigurationProfileId: 'default',
          Content: Buffer.alloc(size, ' '),
          ContentType: 'text/plain',
        }),
      ),
    )

    expect(error).toBeInstanceOf(PayloadTooLargeException)
    expect(error).toMatchObject({ Measure: 'KILOBYTES', Limit: 2048, Size: Math.ceil(size / 1024) })
  })
})

it('refuses an upload without end as too large, whatever it announces', async () => {
  const { local } = await start()
  await local.deploy({ ...API, content: 'one' })
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent += 1
      if (sent > 100) controller.close()
      else controller.enqueue(new Uint8Array(100_000))
    },
  })

  const response = await fetch(
    `${local.url}/applications/api/configurationprofiles/default/hostedconfigurationversions`,
    { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'text/plain' } },
  )

  expect(response.status).toBe(413)
  expect(response.headers.get('x-amzn-errortype')).toBe('PayloadTooLargeException:')
})

describe('close', () => {
  it('ends idle connections at once, and may be called again', async () => {
    const { local } = await start()
    const socket = connect(Number(new URL(local.url).port), '127.0.0.1')
    await once(socket, 'connect')
    const ended = once(socket, 'close')

    await Promise.all([local.close(), local.close()])
    await ended

    expect(await failure(local.deploy({ ...API, content: 'one' }))).toMatchObject({ code: 'CLOSED' })
  })

  it('lets the process end by itself, which printed nothing', async () => {
    const index = fileURLToPath(new URL('../dist/index.mjs', import.meta.url))
    const script = `
      const { startLocalAppConfig } = await import(${JSON.stringify(index)})
      const local = await startLocalAppConfig()
      await local.deploy({ application: 'a', environment: 'b', profile: 'c', content: 'd' })
      await fetch(local.url + '/applications')
      const impatient = new AbortController()
      const cut = fetch(local.agentUrl + '/applications/a/environments/b/configurations/c', { signal: impatient.signal })
      impatient.abort()
      await cut.catch(() => {})
      local.faults.add({ hang: true })
      const hanging = fetch(local.url + '/applications').catch(() => {})
      await local.calls.next('ListApplications')
      await local.close()
      await hanging
    `

    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 10_000,
    })

    expect(await run).toEqual({ stdout: '', stderr: '' })
  })
})

it.each([
  [{ speed: 0 }, /speed is 0; give a number greater than 0/],
  [{ port: 70_000 }, /port is 70000; give an integer/],
  [{ pollIntervalSeconds: 0 }, /pollIntervalSeconds/],
  [{ tokenReuse: 'sometimes' as 'strict' }, /tokenReuse is 'sometimes'; give one of 'strict', 'lenient'/],
])('refuses %o', async (options, message) => {
  const error = await failure(startLocalAppConfig(options))

  expect(error).toBeInstanceOf(LocalAppConfigError)
  expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringMatching(message) })
})

it('says so when its port is taken', async () => {
  const { local } = await start()

  const error = await failure(startLocalAppConfig({ port: Number(new URL(local.url).port) }))

  expect(error).toMatchObject({ code: 'LISTEN_FAILED', message: expect.stringContaining('give another') })
})

it('answers an operation it does not know with a typed error', async () => {
  const { local } = await start()

  const response = await fetch(`${local.url}/extensions`)

  expect(response.status).toBe(404)
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException:')
})

it('takes a request body that is no JSON for a bad request', async () => {
  const { local, data } = await start()

  const response = await fetch(`${local.url}/configurationsessions`, { method: 'POST', body: '{' })

  expect(response.status).toBe(400)
  expect(response.headers.get('x-amzn-errortype')).toBe('BadRequestException:')
  expect(await failure(open(data))).toMatchObject({ name: 'ResourceNotFoundException' })
})

/** `fetch` would not let a test lie about Host. */
function get(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume()
      resolve(response)
    })
      .on('error', reject)
      .end()
  })
}
