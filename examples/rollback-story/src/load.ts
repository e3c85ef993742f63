/**
 * Users: requests to every instance, one at a time each, and what came of them.
 *
 * @module
 */
import type { Clock } from '@appconfig-kit/express'
import type { Version } from './config.ts'
import { type Instance, VERSION_HEADER } from './instance.ts'

const PAUSE_MS = 5000

/** What came of the requests to one instance. */
export interface Tally {
  readonly name: string
  /** The version that answered last. */
  readonly version: Version | undefined
  readonly requests: number
  /** Failed because of what the configuration said. */
  readonly modelErrors: Readonly<Record<Version, number>>
  /** Failed for want of a configuration, or in any way nobody planned. */
  readonly configErrors: number
}

export interface Load {
  readonly tallies: readonly Tally[]
  /** Ends once the requests under way have been answered. */
  stop(): Promise<void>
}

/** Starts asking every instance; resolves when each has answered once. */
export async function startLoad(instances: readonly Instance[], clock: Clock): Promise<Load> {
  let stopping = false
  const users = instances.map((instance) => {
    const tally = {
      name: instance.name,
      version: undefined as Version | undefined,
      requests: 0,
      modelErrors: { v1: 0, v2: 0, v3: 0 },
      configErrors: 0,
    }
    return { url: instance.url, tally }
  })

  async function askOnce({ url, tally }: (typeof users)[number]): Promise<void> {
    const { status, version } = await ask(url)
    tally.requests++
    tally.version = version ?? tally.version
    if (status === 502 && version) tally.modelErrors[version]++
    else if (status !== 200 || !version) tally.configErrors++
  }

  async function askOn(user: (typeof users)[number]): Promise<void> {
    while (!stopping) {
      await pause(clock, PAUSE_MS)
      await askOnce(user)
    }
  }

  await Promise.all(users.map(askOnce))
  const asking = users.map(askOn)
  return {
    tallies: users.map(({ tally }) => tally),
    async stop() {
      stopping = true
      await Promise.all(asking)
    },
  }
}

/** Waits by that clock. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(delayMs, resolve)
  })
}

async function ask(url: string): Promise<{ status: number; version: Version | undefined }> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return {
      status: response.status,
      version: (response.headers.get(VERSION_HEADER) ?? undefined) as Version | undefined,
    }
  } catch {
    return { status: 0, version: undefined }
  }
}
