/**
 * With the option `telemetry` every request counts once, when it has ended, however it ended.
 *
 * @module
 */
import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request as requestOf } from 'node:http'
import { type AppConfigClient, createAppConfig, memory, type Usage } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { AdapterUnderTest, RunningServer } from './describe-adapter.ts'

const AT_ONCE = 1000
/** Requests; a multiple of 2,000. 100,000 in the long form. */
const MANY = Number(process.env['APPCONFIG_KIT_COUNTED'] ?? 2000)

interface Sent {
  readonly method?: string
  readonly tenant?: string
  readonly headers?: Readonly<Record<string, string>>
}

export function describeCounting(name: string, { start }: AdapterUnderTest): void {
  describe(`${name} counts requests:`, () => {
    let source: ReturnType<typeof memory>
    let client: AppConfigClient
    let server: RunningServer
    let agent: Agent
    let midRequest: () => Promise<void>

    beforeEach(async () => {
      source = memory()
      source.publish('default', { featureA: false }, { versionLabel: 'v1' })
      midRequest = async () => {}
      agent = new Agent({ keepAlive: true, maxSockets: 8 })
      client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        source,
        logger: false,
        telemetry: {},
        resolveTimeoutMs: 200,
      })
      server = await start({
        options: {
          client,
          tenant: ({ headers }) => (headers['x-tenant'] as string | undefined) ?? null,
          skip: ({ url }) => url?.startsWith('/skipped') ?? false,
        },
        midRequest: () => midRequest(),
        async watch() {
          throw new Error('broken')
        },
        onError: () => {},
      })
    })
    afterEach(async () => {
      agent.destroy()
      await server.close()
      await client.close()
    })

    function open(path: string, { method = 'GET', tenant, headers }: Sent = {}): ClientRequest {
      const sent = requestOf(new URL(path, server.url), {
        method,
        agent,
        headers: { ...headers, ...(tenant !== undefined && { 'x-tenant': tenant }) },
      })
      sent.on('error', () => {})
      return sent.end()
    }
    async function send(path: string, sent?: Sent): Promise<number | undefined> {
      const [response] = (await once(open(path, sent), 'response')) as [IncomingMessage]
      response.resume()
      await once(response, 'end')
      return response.statusCode
    }
    /** The counts once as many requests have ended. */
    async function usageOf(requests: number): Promise<Partial<Usage>[]> {
      const counted = () => client.usage().reduce((sum, usage) => sum + usage.requests, 0)
      while (counted() < requests) await new Promise(setImmediate)
      return client
        .usage()
        .filter((usage) => usage.requests > 0)
        .map(({ version, requests: number, failed, aborted }) => ({
          version,
          requests: number,
          failed,
          aborted,
        }))
    }

    it.each([
      ['one that is answered', '/flagged', {}, 200, 0],
      ['one behind a closed gate', '/gate', {}, 404, 0],
      ['one that nothing serves', '/nothing', {}, 404, 0],
      ['one for the head only', '/flagged', { method: 'HEAD' }, 200, 0],
      ['one that throws', '/events', { method: 'POST' }, 500, 1],
    ] as const)('%s', async (_, path, sent, status, failed) => {
      expect(await send(path, sent)).toBe(status)
      expect(await usageOf(1)).toEqual([{ version: 'v1', requests: 1, failed, aborted: 0 }])
    })

    it('one whose client goes away', async () => {
      let goOn = (): void => {}
      const reached = new Promise<void>((resolve) => {
        midRequest = () => {
          resolve()
          return new Promise((wentOn) => {
            goOn = wentOn
          })
        }
      })
      const sent = open('/config')
      await reached
      sent.destroy()

      expect(await usageOf(1)).toEqual([{ version: 'v1', requests: 1, failed: 0, aborted: 1 }])
      goOn()
    })

    it('one without a configuration, as version none', async () => {
      source.failWith(new Error('down'))
      const cold = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        source,
        logger: false,
        telemetry: {},
        resolveTimeoutMs: 20,
      })
      const other = await start({
        options: { client: cold, tenant: () => null, skip: () => false },
        midRequest: async () => {},
        onError: () => {},
      })
      try {
        const { status } = await fetch(new URL('/flagged', other.url))
        expect(status).toBe(503)
        while (cold.usage()[0]?.requests !== 1) await new Promise(setImmediate)
        expect(cold.usage()).toMatchObject([{ version: 'none', requests: 1, failed: 1 }])
      } finally {
        await other.close()
        await cold.close()
      }
    })

    it('none that is skipped, nor of a tenant that is none', async () => {
      expect(await send('/skipped')).toBe(200)
      expect(await send('/flagged', { tenant: 'no/tenant' })).toBe(400)
      expect(await send('/flagged')).toBe(200)

      expect(await usageOf(1)).toEqual([{ version: 'v1', requests: 1, failed: 0, aborted: 0 }])
    })

    it(`each of ${MANY} over few connections, for the version that it saw, and leaves no listener`, {
      timeout: 30_000 + MANY * 10,
    }, async () => {
      // A listener that stayed at a connection would be too many soon, and Node warns.
      const warnings: Error[] = []
      const onWarning = (warning: Error) => void warnings.push(warning)
      process.on('warning', onWarning)
      onTestFinished(() => void process.off('warning', onWarning))
      const ask = () => send('/flagged', { tenant: `t-${Math.floor(Math.random() * 100)}` })
      async function half(): Promise<void> {
        for (let sent = 0; sent < MANY / 2; sent += AT_ONCE) {
          await Promise.all(Array.from({ length: AT_ONCE }, ask))
        }
      }
      await half()
      source.publish('default', { featureA: true }, { versionLabel: 'v2' })
      while (!(client.peek() as { featureA?: boolean } | undefined)?.featureA) await new Promise(setImmediate)
      await half()

      expect(await usageOf(MANY)).toEqual([
        { version: 'v1', requests: MANY / 2, failed: 0, aborted: 0 },
        { version: 'v2', requests: MANY / 2, failed: 0, aborted: 0 },
      ])
      await new Promise(setImmediate)
      expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([])
    })
  })
}
