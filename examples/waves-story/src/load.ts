/**
 * Users: requests to every instance, one at a time each, and what came of them.
 *
 * @module
 */
import type { Clock } from '@appconfig-kit/express'
import { CELLS, type CellName, type Version } from './config.ts'
import { type Instance, VERSION_HEADER } from './instance.ts'

/** Lengths of prompts, in characters; every third of a customer's is longer than v3 allows. */
const SHORT_PROMPTS: readonly number[] = [40, 200]
const CUSTOMERS_PROMPTS: readonly number[] = [120, 300, 900]
/** One request in so many fails whatever the version: there is always something. */
const ALWAYS_FAILS_EVERY = 211
const TOO_LONG_FOR_ALL = 9000

/** What came of the requests to one instance. */
export interface Tally {
  readonly cell: CellName
  /** The version that answered last. */
  readonly version: Version | undefined
  readonly requests: number
  /** Failed with a configuration. */
  readonly errors: Readonly<Record<Version, number>>
  /** Failed for want of a configuration, or in any way nobody planned. */
  readonly configErrors: number
}

export interface Load {
  readonly tallies: readonly Tally[]
  /** Ends once the requests in progress have been answered. */
  stop(): Promise<void>
}

/** Starts asking every instance; resolves when each has answered once. */
export async function startLoad(instances: readonly Instance[], clock: Clock): Promise<Load> {
  let stopping = false
  let asked = 0
  const users = instances.map(({ cell, url }) => {
    const tally = {
      cell,
      version: undefined as Version | undefined,
      requests: 0,
      errors: { v1: 0, v2: 0, v3: 0 },
      configErrors: 0,
    }
    return { url, tally }
  })

  async function askOnce({ url, tally }: (typeof users)[number]): Promise<void> {
    asked++
    const prompts = CELLS[tally.cell].customers ? CUSTOMERS_PROMPTS : SHORT_PROMPTS
    const usual = prompts[tally.requests % prompts.length] ?? 0
    const { status, version } = await ask(
      `${url}?characters=${asked % ALWAYS_FAILS_EVERY === 0 ? TOO_LONG_FOR_ALL : usual}`,
    )
    tally.requests++
    tally.version = version ?? tally.version
    if (status === 500 && version) tally.errors[version]++
    else if (status !== 200 || !version) tally.configErrors++
  }

  async function askOn(user: (typeof users)[number]): Promise<void> {
    while (!stopping) {
      await pause(clock, 60_000 / CELLS[user.tally.cell].requestsPerMinute)
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
