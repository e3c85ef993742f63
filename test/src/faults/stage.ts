/**
 * What a cell of the fault matrix is played on: the local AppConfig, lines to it, a client, and one clock.
 *
 * Each client is a process of its own, with its own source; they share a folder of backups.
 *
 * Two documents make the configuration: `default`, a required base for all tenants, and `own-acme`, an optional
 * layer of the tenant `acme`. One of them, the document under test, has lines of its own, which are broken; the
 * other's are never. Nobody polls the other one while a cell is played.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AppConfigClient, createAppConfig, layer, type Source } from '@appconfig-kit/core'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { z } from 'zod'
import { APPLICATION, ENVIRONMENT } from '../world.ts'
import { type JumpingClock, jumpingClock } from './jumping-clock.ts'
import { type Line, startLine } from './line.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { routed, sourcesOf, type Watch } from './stage-sources.ts'
import { MOST_DOCUMENT_BYTES, SECRET } from './trouble.ts'

export const LAYERS = { base: 'default', tenant: 'own-acme' } as const
export type LayerKind = keyof typeof LAYERS

/** A call that a client made for the document under test. */
export interface Asked {
  readonly operation: string
  readonly token: string | undefined
  readonly atMs: number
}

export interface Stage {
  readonly local: LocalAppConfig
  readonly time: ManualClock
  readonly clock: JumpingClock
  /** The line that is broken. */
  readonly line: Line
  /** The line of the data plane or the Agent. */
  readonly dataLine: Line
  /** What was asked for the document under test, in order. */
  readonly asked: readonly Asked[]
  /** What was logged. */
  readonly logged: readonly string[]
  /** The name of the document under test. */
  readonly profile: string
  createClient(): AppConfigClient<unknown>
  /** Deploys version `number` of the document under test. */
  deploy(number: number): Promise<void>
  /** Waits until nothing is under way. */
  quiet(): Promise<void>
  close(): Promise<void>
}

export interface StageOptions {
  readonly operation: Operation
  readonly layerKind: LayerKind
  readonly isSecure: boolean
  readonly requestTimeoutMs: number | undefined
  readonly hasBackup: boolean
}

const schema = z.looseObject({
  value: z.number().optional(),
  checkout: z.looseObject({ enabled: z.boolean(), limit: z.number().optional() }).optional(),
})
/** Nobody is evicted while a cell is played. */
const TEN_DAYS_SECONDS = 864_000
const RARELY_SECONDS = 86_400

export async function startStage(options: StageOptions): Promise<Stage> {
  const { operation, layerKind, isSecure, hasBackup } = options
  const { source: kind, answer } = OPERATIONS[operation]
  const time = manualClock()
  const clock = jumpingClock(time)
  const local = await startLocalAppConfig({ clock: time })
  const profile = LAYERS[layerKind]
  const other = LAYERS[layerKind === 'base' ? 'tenant' : 'base']
  const isAgent = kind.startsWith('agent')
  const dataLine = await startLine({ target: isAgent ? local.agentUrl : local.url, isSecure })
  const isOfControlPlane = kind === 'direct with rules'
  const controlLine = isOfControlPlane ? await startLine({ target: local.url, isSecure }) : dataLine

  const asked: Asked[] = []
  let underWay = 0
  const watch: Watch = async (operationName, token, work) => {
    asked.push({ operation: operationName, token, atMs: time.now() })
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
    }
  }
  const ends: (() => void)[] = []
  function createSource(): Source {
    const { healthy, underTest, end } = sourcesOf(options, { dataLine, controlLine, local, watch })
    ends.push(end)
    return routed(healthy, underTest, profile, watch)
  }
  const directory = await mkdtemp(join(tmpdir(), 'fault-matrix-'))
  const clients: AppConfigClient<unknown>[] = []
  const logged: string[] = []
  const log = (text: string) => void logged.push(text)

  async function deploy(number: number): Promise<void> {
    const where = { application: APPLICATION, environment: ENVIRONMENT, profile }
    if (answer === 'session' || answer === 'document')
      await local.deploy({ ...where, content: { value: number, note: SECRET } })
    else
      await local.deploy({
        ...where,
        content: flagsOf(number),
        profileType: 'AWS.AppConfig.FeatureFlags',
        versionLabel: `v${number}`,
      })
  }

  await local.deploy({
    application: APPLICATION,
    environment: ENVIRONMENT,
    profile: other,
    content: { other: 1 },
  })

  return {
    local,
    time,
    clock,
    line: isOfControlPlane ? controlLine : dataLine,
    dataLine,
    asked,
    logged,
    profile,
    deploy,
    createClient() {
      const rarely = { pollIntervalSeconds: RARELY_SECONDS }
      const client = createAppConfig({
        application: APPLICATION,
        environment: ENVIRONMENT,
        layers: [
          layer(LAYERS.base, layerKind === 'base' ? {} : rarely),
          (tenant) =>
            layer(`own-${tenant.id}`, { optional: true, ...(layerKind === 'tenant' ? {} : rarely) }),
        ],
        source: createSource(),
        clock,
        schema,
        idleTimeoutSeconds: TEN_DAYS_SECONDS,
        maxDocumentBytes: MOST_DOCUMENT_BYTES,
        logger: { warn: log, info: log },
        ...(hasBackup && { backup: { directory } }),
      }) as AppConfigClient<unknown>
      clients.push(client)
      return client
    },
    async quiet() {
      for (let turn = 0, seen = asked.length; turn < 6; turn++) {
        await new Promise((resolve) => setImmediate(resolve))
        if (underWay === 0 && seen === asked.length) continue
        turn = 0
        seen = asked.length
      }
    },
    async close() {
      for (const client of clients) await client.close()
      for (const end of ends) end()
      await rm(directory, { recursive: true })
      await Promise.all([dataLine.close(), ...(isOfControlPlane ? [controlLine.close()] : []), local.close()])
    },
  }
}

/** A flag that tier gold has; `limit` tells versions apart. */
function flagsOf(limit: number): object {
  const oneClick = { name: 'oneClick', enabled: true, rule: '(eq $tier "gold")', attributeValues: { limit } }
  const control = { name: 'control', enabled: true, attributeValues: { limit } }
  return {
    version: '1',
    flags: { checkout: { name: 'Checkout', attributes: { limit: { constraints: { type: 'number' } } } } },
    values: { checkout: { _variants: [oneClick, control] } },
  }
}
