/**
 * A Lambda on this machine: the Runtime API, for one instance of a function, which stands still between two invocations.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One instance of a function. */
export interface LocalLambda {
  readonly process: ChildProcess
  /**
   * Lets the instance go on, gives it an event, and stops it again once it has answered.
   *
   * @throws {Error} what the handler threw, by its name and message; or that the instance has ended.
   */
  invoke(event: unknown): Promise<unknown>
  /** Lets time pass, for the instance only, while it stands still. */
  letPass(ms: number): void
  close(): Promise<void>
}

interface Invocation {
  readonly id: string
  readonly event: unknown
  readonly settle: { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void }
}

/**
 * Starts an instance, and waits until its init phase is over.
 *
 * @param runtime the runtime's file, and the handler's as it finds it.
 * @throws {Error} that the instance has ended.
 */
export async function startLocalLambda(
  runtime: readonly [file: string, handler: string],
  env: NodeJS.ProcessEnv,
): Promise<LocalLambda> {
  const waiting: Invocation[] = []
  let running: Invocation | undefined
  /** The instance's question for its next event, while it stands still. */
  let idle: ServerResponse | undefined
  let aheadMs = 0

  const server = createServer(async (request, response) => {
    if (request.url?.endsWith('/invocation/next')) {
      idle = response
      return waiting.length > 0 ? goOn() : stop()
    }
    const said = JSON.parse(await text(request))
    if (request.url?.endsWith('/error'))
      running?.settle.reject(new Error(`${said.errorType}: ${said.errorMessage}`))
    else running?.settle.resolve(said)
    running = undefined
    response.writeHead(202).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  const child = spawn(process.execPath, [...runtime], {
    env: {
      ...process.env,
      ...env,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  child.stderr.pipe(process.stderr)
  const ended = once(child, 'exit').then(([code]) => {
    const error = new Error(`the instance has ended, with ${code}`)
    for (const { settle } of [...waiting, ...(running ? [running] : [])]) settle.reject(error)
    throw error
  })
  ended.catch(() => {})

  function stop(): void {
    child.kill('SIGSTOP')
    server.emit('stopped')
  }

  function goOn(): void {
    if (idle === undefined) return
    const next = waiting.shift()
    if (next === undefined) return
    running = next
    child.kill('SIGCONT')
    idle.setHeader('lambda-runtime-aws-request-id', next.id)
    idle.setHeader('local-lambda-ahead-ms', aheadMs)
    idle.end(JSON.stringify(next.event))
    idle = undefined
  }

  await Promise.race([once(server, 'stopped'), ended])
  return {
    process: child,
    invoke(event) {
      return new Promise((resolve, reject) => {
        waiting.push({ id: randomUUID(), event, settle: { resolve, reject } })
        goOn()
      })
    },
    letPass(ms) {
      aheadMs += ms
    },
    async close() {
      child.kill('SIGKILL')
      server.closeAllConnections()
      server.close()
      await ended.catch(() => {})
    },
  }
}
