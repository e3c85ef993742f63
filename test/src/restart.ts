/**
 * Processes that serve one request with a backup, and what they said of it.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Health } from '@appconfig-kit/core'
import { ROOT, type Running, start } from './run.ts'
import { APPLICATION, ENVIRONMENT } from './world.ts'

/** How a process is told what to do. */
export interface Restart {
  readonly source: 'direct' | 'agent'
  /** The data plane's or the Agent's. */
  readonly url: string
  readonly directory: string
  readonly layers?: readonly string[]
  /** Whether the source is waited for, also where the backup was served first, as on a slow machine. */
  readonly untilAnswered?: boolean
  /** JavaScript that runs after the request was answered; `client` and `config` are there. */
  readonly afterwards?: string
}

/** What a process printed. */
export interface Served {
  readonly config?: Record<string, unknown>
  readonly code?: string
  readonly health: Health
}

/**
 * Starts a process that prints the outcome of its first request as a line of JSON, runs `afterwards`, and closes the
 * client. Its time-outs are far longer than a test may take: who waits for them fails.
 */
export function startProcess({
  source,
  url,
  directory,
  layers = ['default'],
  untilAnswered = false,
  afterwards = '',
}: Restart): Running {
  const place = source === 'direct' ? `endpoint: '${url}', region: 'us-east-1'` : `baseUrl: '${url}'`
  const program = `
    import { createAppConfig, ${source} } from '@appconfig-kit/core'
    const client = createAppConfig({
      application: '${APPLICATION}', environment: '${ENVIRONMENT}', layers: ${JSON.stringify(layers)},
      source: ${source}({ ${place}, requestTimeoutMs: 600_000 }), resolveTimeoutMs: 600_000,
      backup: { directory: ${JSON.stringify(directory)} },
    })
    let config
    try {
      config = await client.resolve('tenant-01')
      while (${untilAnswered} && client.health().documents.some(({ checkedAtMs }) => checkedAtMs === undefined))
        await new Promise((resolve) => setTimeout(resolve, 5))
      config = await client.resolve('tenant-01')
      console.log(JSON.stringify({ config, health: client.health() }))
      ${afterwards}
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, health: client.health() }))
    }
    await client.close()
  `
  return start(process.execPath, ['--input-type=module', '-e', program], `${ROOT}test`, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
}

/** Runs such a process to its end. */
export async function restart(options: Restart): Promise<Served & { readonly stderr: string }> {
  const { stdout, stderr } = await startProcess(options).finished
  return { ...(JSON.parse(stdout) as Served), stderr }
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** An endpoint that is there, and of no use. */
export async function uselessServer(answer: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
