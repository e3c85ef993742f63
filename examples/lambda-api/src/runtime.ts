/**
 * A runtime of Lambda: it takes events from the Runtime API and gives them to a handler, one at a time.
 *
 *     AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001 node dist/runtime.mjs ./plain.mjs
 *
 * In Lambda, AWS's own does this. Here the process is stopped between two events, as there, and its clock is put forward
 * by what the answer says: a test, or somebody who tries it, need not wait for an hour.
 *
 * @module
 */
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

const api = `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`
const agent = new Agent({ keepAlive: true })

async function call(method: 'GET' | 'POST', path: string, body = ''): Promise<IncomingMessage> {
  const asked = request(`${api}/${path}`, { method, agent })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return response
}

let aheadMs = 0
const { now } = Date
Date.now = () => now() + aheadMs

// After the clock was replaced: the client takes the one it finds.
const { handler } = await import(new URL(process.argv[2] as string, import.meta.url).href)

for (;;) {
  const next = await call('GET', 'invocation/next')
  aheadMs = Number(next.headers['local-lambda-ahead-ms'] ?? 0)
  const id = next.headers['lambda-runtime-aws-request-id']
  const event = JSON.parse(await text(next))
  try {
    const answer = await handler(event, { awsRequestId: id })
    ;(await call('POST', `invocation/${id}/response`, JSON.stringify(answer))).resume()
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error
    ;(await call('POST', `invocation/${id}/error`, JSON.stringify({ errorType, errorMessage }))).resume()
  }
}
