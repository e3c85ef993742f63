/**
 * A closed gate and a path that nobody serves: nobody can tell them apart.
 *
 * @module
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createAppConfig, memory } from '@appconfig-kit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AdapterUnderTest } from './describe-adapter.ts'

/** Of the same length, so that answers that name the path are of the same length, too. */
const [CLOSED, UNSERVED] = ['/closed', '/nobody']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

export function describeClosedGate(name: string, { start }: AdapterUnderTest): void {
  describe.each([
    ['production', false],
    ['development', false],
    ['production', true],
    ['development', true],
  ] as const)(`${name} in %s, with a 404 handling of its own: %s,`, (env, ownNotFound) => {
    afterEach(() => void vi.unstubAllEnvs())

    it('answers a closed gate as a path that nobody serves, byte for byte, and logs nothing', async () => {
      vi.stubEnv('NODE_ENV', env)
      const client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        // Off: a flag that nobody knows is told of while developing.
        source: memory({ default: { unheardOf: false } }),
      })
      const errors: unknown[] = []
      const server = await start({
        options: { client, tenant: () => null, skip: () => false },
        midRequest: async () => {},
        onError: (error) => errors.push((error as Error).name),
        env,
        ownNotFound,
      })
      // Express prints an error a turn after it has answered: the test before may still do so.
      await nextTurn()
      const lines: unknown[] = []
      const note = (...line: unknown[]): true => {
        lines.push(line)
        return true
      }
      const spies = [
        vi.spyOn(process.stderr, 'write').mockImplementation(note),
        vi.spyOn(process.stdout, 'write').mockImplementation(note),
        vi.spyOn(console, 'error').mockImplementation(note),
        vi.spyOn(console, 'log').mockImplementation(note),
      ]
      try {
        for (const method of METHODS) {
          for (const target of ['', '?q=%3Cb%3E&flag=x', '/below/it']) {
            const [closed, unserved] = [
              await askRaw(server.url, method, CLOSED + target),
              await askRaw(server.url, method, UNSERVED + target),
            ]

            expect(unserved).toMatch(/^HTTP\/1.1 404 /)
            expect(closed.replaceAll(CLOSED, UNSERVED)).toBe(unserved)
            expect(errors.splice(0)).toSatisfy(
              ([first, second, ...others]) => first === second && others.length === 0,
            )
          }
        }
        await nextTurn()
        expect(lines).toEqual([])
      } finally {
        for (const spy of spies) spy.mockRestore()
        await server.close()
        await client.close()
      }
    })
  })
}

/** The whole answer as it comes over the wire, but for the time of day and the hash of a body that names the path. */
async function askRaw(url: string, method: string, target: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const withBody = method === 'POST' || method === 'PUT'
  const content = withBody ? 'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}' : '\r\n'
  socket.end(`${method} ${target} HTTP/1.1\r\nHost: api\r\nConnection: close\r\n${content}`)
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk
  })
  await once(socket, 'close')
  return answer.replace(/^Date: .*\r\n/im, '').replace(/^(ETag: W\/"[\da-f]+-)[^"]+/im, '$1')
}
