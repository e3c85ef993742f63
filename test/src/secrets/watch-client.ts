/**
 * A client under watch: everything it tells is kept.
 *
 * @module
 */
import { format } from 'node:util'
import { type AppConfigClient, type Clock, createAppConfig, layer, type Source } from '@appconfig-kit/core'
import * as v from 'valibot'
import { vi } from 'vitest'
import { record, until } from '../world.ts'
import type { Told } from './channels.ts'
import { NAMES, SECRETS } from './markers.ts'

export const TENANT = {
  id: SECRETS.tenant,
  tier: SECRETS.attribute,
  attributes: { plan: SECRETS.attribute },
} as const

const schema = v.looseObject({ checked: v.optional(v.literal(SECRETS.schema)) })

export interface Watched extends Told {
  readonly thrown: unknown[]
  readonly answers: string[]
  /** Runs a call, and keeps what it throws. */
  attempt(call: () => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

export interface WatchOptions {
  readonly source: Source
  readonly clock?: Clock
  readonly profile?: string
  /** Whether problems go to a logger; else they become warnings of the process. */
  readonly hasLogger: boolean
}

/** A client of one document of sections, and all that it tells. */
export function watchClient({ source, clock, profile = NAMES.profile, hasLogger }: WatchOptions): Watched {
  const logged: string[] = []
  const warnings: Error[] = []
  const written: string[] = []
  const log = (text: string) => void logged.push(text)
  const onWarning = (warning: Error) => void warnings.push(warning)
  process.on('warning', onWarning)
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0),
  )
  // The test runner has a console of its own, which does not write to these streams.
  const consoles = (['log', 'info', 'warn', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((...parts) => void written.push(format(...parts))),
  )
  const client: AppConfigClient = createAppConfig({
    application: NAMES.application,
    environment: NAMES.environment,
    layers: [layer(profile, { section: (tenant) => tenant.id })],
    source,
    schema,
    // The clock leaps while I/O is awaited.
    idleTimeoutSeconds: 1_000_000_000,
    ...(clock && { clock }),
    ...(hasLogger && { logger: { warn: log, info: log } }),
  }) as AppConfigClient
  const thrown: unknown[] = []
  return {
    client,
    tenant: SECRETS.tenant,
    events: record(client),
    thrown,
    logged,
    warnings,
    written,
    answers: [],
    async attempt(call) {
      await call().catch((error: unknown) => thrown.push(error))
    },
    async close() {
      await client.close()
      await source.close?.()
      // Warnings are emitted a tick later.
      await new Promise((resolve) => setImmediate(resolve))
      process.off('warning', onWarning)
      for (const spy of [...streams, ...consoles]) spy.mockRestore()
    },
  }
}

/** Waits for an event while time passes on the client's clock. */
export async function untilTold(
  { events }: Told,
  name: 'rejected' | 'failure',
  passTime: () => void,
): Promise<void> {
  await until(() => {
    passTime()
    return events[name].length > 0
  })
}
