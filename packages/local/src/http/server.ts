/**
 * One listening socket, which can be shut at once.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { LocalAppConfigError, messageOf, type PortOption } from '../errors.ts'
import { createHttpApplication, type Dispatcher } from './dispatch.ts'

/** A server that listens. */
export interface RunningServer {
  /** Without a trailing slash. */
  readonly url: string
  /** Ends every connection, also those that wait for an answer. */
  close(): Promise<void>
}

/** How long a client may take; after it Node answers 408 and ends the connection. */
export interface Patience {
  readonly headersTimeoutMs: number
  /** Of the whole request, its body included. */
  readonly requestTimeoutMs: number
}

/** Enough for 4 MB over any network that is not broken. */
const PATIENCE: Patience = { headersTimeoutMs: 10_000, requestTimeoutMs: 60_000 }

/** Where to listen, and which option says so. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly option: PortOption
}

/**
 * Listens on `host` and `port`; 0 picks a free port.
 *
 * @throws {LocalAppConfigError} `LISTEN_FAILED`.
 */
export async function listen(
  { host, port, option }: Address,
  dispatcher: Dispatcher,
  { headersTimeoutMs, requestTimeoutMs }: Patience = PATIENCE,
): Promise<RunningServer> {
  const app = createHttpApplication(dispatcher)
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: headersTimeoutMs / 2,
    },
    getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false }),
  )
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    const message = `startLocalAppConfig: cannot listen on ${host} port ${port} (${messageOf(cause)}); give another ${option}, or 0 for a free one.`
    throw new LocalAppConfigError('LISTEN_FAILED', message, { cause, option })
  })
  let shutting: Promise<void> | undefined
  return {
    url: urlOf(server, host),
    close() {
      shutting ??= shut(server)
      return shutting
    },
  }
}

async function shut(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

function urlOf(server: Server, host: string): string {
  const { port, address } = server.address() as AddressInfo
  const everywhere = address === '0.0.0.0' || address === '::'
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
