/**
 * Events of Node's request and response come from the socket, whose async context is nobody's: with the
 * option `asyncContext` their listeners are in the request's all the same.
 *
 * @module
 */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Writable } from 'node:stream'
import { createAppConfig, memory, tryCurrentConfig } from '@appconfig-kit/core'
import { describe, expect, it } from 'vitest'
import type { AdapterUnderTest } from './describe-adapter.ts'

export function describeRequestEvents(name: string, { start }: AdapterUnderTest): void {
  describe(`${name} with async context`, () => {
    it.each(['text/plain', 'application/json'])(
      'has it in events of request and response (%s)',
      async (type) => {
        const seen: Record<string, unknown> = {}
        const note = (what: string) => (): void => {
          seen[what] = tryCurrentConfig()
        }
        let closed: Promise<unknown> = Promise.resolve()
        const client = createAppConfig({
          application: 'api',
          environment: 'prod',
          layers: ['default'],
          source: memory({ default: { limit: 3 } }),
          asyncContext: true,
        })
        const server = await start({
          options: { client, tenant: () => null, skip: () => false },
          midRequest: async () => {},
          onError: () => {},
          async watch(request, response) {
            request.once('close', note('request close'))
            response.once('finish', note('response finish')).once('close', note('response close'))
            closed = once(response, 'close')
            await readAll(request, note)
          },
        })
        try {
          const response = await fetch(new URL('/events', server.url), {
            method: 'POST',
            headers: { 'content-type': type },
            // Arrives in several pieces.
            body: JSON.stringify({ text: 'x'.repeat(type === 'text/plain' ? 300_000 : 10) }),
          })
          expect(await response.text()).toBe('ok')
          await closed

          expect(Object.keys(seen)).toEqual(expect.arrayContaining(['response finish', 'response close']))
          for (const [event, config] of Object.entries(seen))
            expect([event, config]).toEqual([event, { limit: 3 }])
        } finally {
          await server.close()
          await client.close()
        }
      },
    )
  })
}

/** The rest of the body, by events and through a pipe; nothing where the framework has read it. */
async function readAll(request: IncomingMessage, note: (what: string) => () => void): Promise<void> {
  if (request.readableEnded) return
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
  sink.once('finish', note('sink finish')).once('close', note('sink close'))
  request.on('data', note('request data')).once('end', note('request end'))
  request.pipe(sink)
  await once(sink, 'close')
}
