/**
 * Consoles on real sockets, and a client with tenants for them.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AppConfigClient, createAppConfig, layer, type MemorySource, memory } from '@appconfig-kit/core'
import { onTestFinished } from 'vitest'
import { type ConsoleOptions, type ConsoleRouter, consoleRouter } from '../src/index.ts'

/** In every value that must not be told; in no key and no name. */
export const SECRET = 'swordfish'

/** Texts that would be markup if anybody took them for it. */
export const MARKUP = '<img src=x onerror=alert(1)>'

export interface World {
  readonly client: AppConfigClient<unknown>
  readonly source: MemorySource
}

/** Two tenants: `acme` of tier `pro` is warm, with something of its own; nobody has asked for `other`. */
export async function createWorld(): Promise<World> {
  const source = memory({
    default: {
      model: `${SECRET}-1`,
      list: [SECRET],
      limits: { rate: 60 },
      search: true,
      [MARKUP]: MARKUP,
      checkout: {
        _variants: [
          { name: 'oneClick', enabled: true, rule: `(and (eq $tier "pro") (eq $code "${SECRET}"))` },
          { name: 'control', enabled: true, attributeValues: { steps: 4, note: SECRET } },
        ],
      },
    },
    'tier-pro': { limits: { rate: 600 } },
    'tenant-acme': { search: false, beta: { enabled: true, note: SECRET } },
  })
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    source,
    logger: false,
    layers: [
      'default',
      ({ tier }) => (tier === undefined ? undefined : layer(`tier-${tier}`, { optional: true })),
      ({ id }) => layer(`tenant-${id}`, { optional: true }),
    ],
  })
  onTestFinished(() => client.close())
  await client.start()
  await client.resolve({ id: 'acme', tier: 'pro' })
  return { client, source }
}

/** The URL of a server with this handler. */
export async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A console of the world's client that everybody may look at. */
export async function serveConsole(
  client: AppConfigClient<unknown>,
  options: Partial<ConsoleOptions> = {},
): Promise<{ readonly url: string; readonly router: ConsoleRouter }> {
  const router = consoleRouter(client, { authorize: () => true, ...options })
  return { url: await serve(router), router }
}

export const PAGE_HEADERS = { 'content-type': 'application/json', 'x-appconfig-console': '1' }

/** Asks as the page does. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { ...PAGE_HEADERS, ...headers },
    body: JSON.stringify(body),
  })
}

/** A request whose path goes out as it is written, dots and escapes included. */
export async function rawRequest(
  base: string,
  method: string,
  path: string,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { hostname, port } = new URL(base)
  const request = httpRequest({ hostname, port, method, path, headers: PAGE_HEADERS })
  request.end(method === 'POST' ? '{}' : undefined)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode, body }
}
