/**
 * The process of the API, as seen by who keeps it running.
 *
 * @module
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { DOCUMENTS, TENANTS } from './tenants.mjs'

const SERVER = new URL('./server.mjs', import.meta.url)
const ACCESS = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }

/** Starts it; it keeps its port when it starts again. */
export async function startApi(endpoint) {
  const directory = mkdtempSync(join(tmpdir(), 'soak-backup-'))
  const restarts = []
  const lives = []
  let port = 0
  let child

  async function start() {
    const beganAt = performance.now()
    child = fork(SERVER, [JSON.stringify({ endpoint, port, directory })], {
      execArgv: ['--expose-gc', '--no-warnings'],
      env: { ...process.env, ...ACCESS, NODE_ENV: 'production' },
    })
    const [message] = await once(child, 'message')
    port = message.port
    lives.push([])
    return beganAt
  }
  async function kill() {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  async function get(path, headers = {}) {
    return fetch(`http://127.0.0.1:${port}${path}`, { headers })
  }
  await start()

  return {
    get port() {
      return port
    },
    restarts,
    /** For each process, its samples of the heap: when, in seconds of its life, and bytes. */
    lives,
    /** Kills it, starts it again, and waits for the first request that is served. */
    async restart({ isAppConfigThere }) {
      await kill()
      const beganAt = await start()
      while ((await get('/', { 'x-tenant': TENANTS[0].id })).status !== 200) await passed(5)
      restarts.push({ isAppConfigThere, tookMs: performance.now() - beganAt })
    },
    async noteHeap() {
      const life = lives.at(-1)
      try {
        const bytes = await (await get('/heap')).json()
        life.push({ atSeconds: performance.now() / 1000, bytes })
      } catch {
        // It is being started again.
      }
    },
    /** Asks for every tenant once, and waits until the backup of every document is written. */
    async isBackedUp() {
      for (const { id } of TENANTS) await (await get('/', { 'x-tenant': id })).arrayBuffer()
      while (readdirSync(directory).filter((name) => !name.includes('tmp')).length < DOCUMENTS.length)
        await passed(100)
    },
    async stop() {
      await kill()
      rmSync(directory, { recursive: true })
    },
  }
}
