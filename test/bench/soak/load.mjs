/**
 * Requests of all tenants, and what is wrong with their answers.
 *
 * @module
 */
import { Agent, get } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import { POLL_INTERVAL_SECONDS } from './app-config.mjs'
import { profilesOf, TENANTS } from './tenants.mjs'

const WORKERS = 8
const PAUSE_MS = 4
/** A poll comes after its interval and up to a tenth later, and takes its time. */
const MAY_BE_LATE_MS = POLL_INTERVAL_SECONDS * 1100 + 1500
/** After failures the next attempt waits for as long. */
const RECOVERS_WITHIN_MS = 30_000

/** Starts asking; the API may be away now and then. */
export function startLoad(port, appConfig) {
  const agent = new Agent({ keepAlive: true, maxSockets: WORKERS })
  const failures = []
  const times = []
  /** Seconds in which somebody was given a version that should have been replaced; whether AppConfig was well. */
  const stale = new Map()
  const counts = { requests: 0, unreached: 0 }
  let turn = 0
  let isStopped = false

  async function work() {
    while (!isStopped) {
      const tenant = TENANTS[turn++ % TENANTS.length]
      const beganAt = performance.now()
      try {
        const { status, body } = await ask(port, tenant.id, agent)
        counts.requests++
        times.push(performance.now() - beganAt)
        const problem = status === 200 ? problemOf(tenant, JSON.parse(body)) : `${status} ${body}`
        if (problem !== undefined) failures.push(`${tenant.id}: ${problem}`)
      } catch {
        counts.unreached++
      }
      await passed(PAUSE_MS)
    }
  }

  function problemOf(tenant, config) {
    if (config.own !== tenant.id) return `is given the section of ${config.own}`
    if (config.tier !== tenant.tier) return `is given the tier ${config.tier}`
    if (config.limit !== 10 || config.bad !== undefined) return 'is given a bad version'
    const profiles = profilesOf(tenant)
    const given = Object.keys(config).filter((key) => appConfig.good.has(key))
    const foreign = given.filter((profile) => !profiles.includes(profile))
    if (foreign.length > 0) return `is given ${foreign.join(', ')}`
    for (const profile of profiles) {
      const versions = appConfig.good.get(profile)
      if (!versions.some(({ version }) => version === config[profile]))
        return `is given version ${config[profile]} of ${profile}, which is not there`
      noteStale(profile, versions, config[profile])
    }
    return undefined
  }

  function noteStale(profile, versions, given) {
    const newest = versions.at(-1)
    if (given === newest.version || appConfig.bad.has(profile)) return
    if (performance.now() - newest.atMs < MAY_BE_LATE_MS) return
    const second = Math.floor(performance.now() / 1000)
    stale.set(second, stale.get(second) || !appConfig.wasTroubled(RECOVERS_WITHIN_MS))
  }

  const working = Array.from({ length: WORKERS }, work)
  return {
    counts,
    failures,
    times,
    stale,
    async stop() {
      isStopped = true
      await Promise.all(working)
      agent.destroy()
    },
  }
}

function ask(port, tenant, agent) {
  return new Promise((resolve, reject) => {
    get({ port, agent, host: '127.0.0.1', headers: { 'x-tenant': tenant } }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.once('end', () => resolve({ status: response.statusCode, body: `${Buffer.concat(chunks)}` }))
      response.once('error', reject)
    }).once('error', reject)
  })
}
