/**
 * An application of some framework and kind, asked without sockets or listening on one.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { requestOf } from '../apps/fake-http.mjs'

const CREATE = {
  Express: async (kind) => (await import('../apps/express.mjs')).create(kind),
  Koa: async (kind) => (await import('../apps/koa.mjs')).create(kind),
  'Nest on Express': async (kind) => (await import('../apps/nest.mjs')).onExpress(kind),
  'Nest on Fastify': async (kind) => (await import('../apps/nest.mjs')).onFastify(kind),
}

export async function inProcess({ framework, kind }) {
  const { handle } = await CREATE[framework](kind)
  return { run: async () => String(await requestOf(handle)) === 'on' }
}

export async function listening({ framework, kind }) {
  const { handle } = await CREATE[framework](kind)
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { control: { port: () => server.address().port }, close: () => server.close() }
}
