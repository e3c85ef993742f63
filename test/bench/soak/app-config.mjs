/**
 * The local AppConfig, what was deployed to it, and whether it answers.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from '../harness/packages.mjs'
import { APPLICATION, DOCUMENTS, ENVIRONMENT } from './tenants.mjs'

export const POLL_INTERVAL_SECONDS = 5

/** Starts it with every document deployed once. */
export async function startAppConfig() {
  const { startLocalAppConfig } = await load('local')
  const directory = mkdtempSync(join(tmpdir(), 'soak-app-config-'))
  const start = (port) => startLocalAppConfig({ directory, port, pollIntervalSeconds: POLL_INTERVAL_SECONDS })
  let local = await start(0)
  const { url } = local
  /** By profile: the versions that are good, oldest first. */
  const good = new Map(DOCUMENTS.map(({ profile }) => [profile, []]))
  /** Profiles whose newest version is bad. */
  const bad = new Set()
  let version = 0
  let troubledUntilMs = 0
  let isGone = false

  async function deploy({ profile, environment = ENVIRONMENT, content }) {
    version++
    const deployed = { version, atMs: performance.now() }
    // Before it is deployed: somebody may see it before the call returns.
    good.get(profile).push(deployed)
    await local.deploy({ application: APPLICATION, environment, profile, content: content(version) })
    deployed.atMs = performance.now()
    bad.delete(profile)
  }
  for (const document of DOCUMENTS) await deploy(document)

  return {
    url,
    good,
    bad,
    deploy,
    get versions() {
      return version
    },
    /** Deploys a version that nobody may be given. */
    async deployBad({ profile, environment = ENVIRONMENT }, content) {
      bad.add(profile)
      await local.deploy({
        application: APPLICATION,
        environment,
        profile,
        content,
        contentType: 'application/json',
      })
    },
    addFault(fault, forMs) {
      troubledUntilMs = Math.max(troubledUntilMs, performance.now() + forMs)
      local.faults.add({ ...fault, forMs })
    },
    /** Whether AppConfig fails, or did within the last `forMs`. */
    wasTroubled: (forMs) => isGone || performance.now() < troubledUntilMs + forMs,
    async goAway() {
      isGone = true
      await local.close()
    },
    async comeBack() {
      local = await start(Number(new URL(url).port))
      isGone = false
      troubledUntilMs = performance.now()
    },
    async stop() {
      await local.close()
      rmSync(directory, { recursive: true })
    },
  }
}
