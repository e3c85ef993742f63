// An application that is bundled: documents from memory and from an Agent, JSON and YAML.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { agent, createAppConfig, isEnabled, memory } from '@appconfig-kit/core'

const place = { application: 'api', environment: 'dev', layers: ['default'] }

async function main() {
  const inMemory = createAppConfig({ ...place, source: memory({ default: { beta: true } }) })
  await inMemory.start()
  console.log('memory', isEnabled(inMemory.peek(), 'beta'))
  await inMemory.close()

  const bodies = { 'application/json': '{"beta":true}', 'application/x-yaml': 'beta: true\n' }
  for (const [type, body] of Object.entries(bodies)) {
    const server = createServer((_, response) => response.setHeader('content-type', type).end(body))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const source = agent({ baseUrl: `http://127.0.0.1:${server.address().port}` })
    const client = createAppConfig({ ...place, source })
    const told = await client.resolve().then(
      (config) => isEnabled(config, 'beta'),
      (error) => error.message,
    )
    console.log(type, told)
    await client.close()
    server.close()
    server.closeAllConnections()
  }
}
main()
