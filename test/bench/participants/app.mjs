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

/** So many requests come in one turn of the event loop. Without turns the engine lets go of none, and collects for longer. */
const IN_ONE_TURN = 8

export async function inProcess({ framework, kind }) {
  const { handle } = await CREATE[framework](kind)
  let count = 0
  async function run() {
    const isOn = String(await requestOf(handle)) === 'on'
    if (++count % IN_ONE_TURN === 0) await new Promise(setImmediate)
    return isOn
  }
  return { run }
}

export async function listening({ framework, kind }) {
  const { handle } = await CREATE[framework](kind)
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { control: { port: () => server.address().port }, close: () => server.close() }
}
