/**
 * Starts everything on this machine: an AppConfig with its Agent, and a Lambda whose function URL is asked by curl.
 *
 *     node dist/main.mjs [--port 3000] [--handler plain]
 *
 * @module
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { startLocalLambda } from './local-lambda.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    handler: { type: 'string', default: 'plain' },
    // Other examples take it.
    speed: { type: 'string' },
  },
})
const place = { application: 'search', environment: 'prod' }
const local = await startLocalAppConfig()
await local.deploy({ ...place, profile: 'default', content: { limit: 10, newSearch: false } })
await local.deploy({ ...place, profile: 'tenant-grace', content: { limit: 50 } })

const runtime = fileURLToPath(new URL('./runtime.mjs', import.meta.url))
const lambda = await startLocalLambda([runtime, `./${values.handler}.mjs`], {
  AWS_APPCONFIG_EXTENSION_HTTP_PORT: new URL(local.agentUrl).port,
})

/** An event of a function URL. */
function eventOf({ method = 'GET', url = '/', headers }: IncomingMessage): object {
  const [path, query = ''] = url.split('?')
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: headers['user-agent'] }
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: { http, stage: '$default', domainName: 'localhost' },
    isBase64Encoded: false,
  }
}

const server = createServer(async (request, response) => {
  try {
    const { statusCode, headers, body } = (await lambda.invoke(eventOf(request))) as {
      statusCode: number
      headers?: Record<string, string>
      body: string
    }
    response.writeHead(statusCode, headers).end(`${body}\n`)
  } catch (error) {
    response.writeHead(502).end(`${error}\n`)
  }
})
await once(server.listen(Number(values.port), '127.0.0.1'), 'listening').catch(async (error: Error) => {
  console.error(
    `Port ${values.port} cannot be had (${error.message}). Give another by --port, or 0 for a free one.`,
  )
  await lambda.close()
  process.exit(1)
})
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const curl = (key: string) => `  curl -i -H 'Authorization: Bearer ${key}' ${url}/search`

console.log(`
a function on ${url}   (AppConfig on this machine: ${local.url})

It stands still between two requests. Two tenants, two answers:
${curl('key-of-ada')}
${curl('key-of-grace')}

Type one of these words and press Enter:
  new    deploys the new search
  hour   lets an hour pass while the function stands still; then ask again
Stop: Ctrl-C
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await lambda.close()
    process.exit()
  })
for await (const word of createInterface({ input: process.stdin })) {
  if (word === 'new')
    await local.deploy({ ...place, profile: 'default', content: { limit: 10, newSearch: true } })
  else if (word === 'hour') lambda.letPass(3_600_000)
  console.log(
    word === 'new' ? 'deployed default' : word === 'hour' ? 'an hour later' : 'not one of new, hour',
  )
}
