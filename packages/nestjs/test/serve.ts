/**
 * Nest applications on real servers, for this package's tests.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type AppConfigClient,
  createAppConfig,
  type JsonObject,
  type MemorySource,
  memory,
} from '@appconfig-kit/core'
import type { INestApplication, ModuleMetadata } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { afterEach } from 'vitest'
import { AppConfigModule, type AppConfigModuleExtras, type AppConfigModuleOptions } from '../src/index.ts'

export const PLATFORMS = ['express', 'fastify'] as const
export type Platform = (typeof PLATFORMS)[number]

export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

export interface Served {
  readonly app: INestApplication
  readonly source: MemorySource
  readonly client: AppConfigClient
  /** GETs a path, answers what came. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** Publishes a version of the document and returns when requests can see it. */
  deploy(document: JsonObject): Promise<void>
}

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Closes with the test. */
export function closeLater(close: () => Promise<unknown>): void {
  closing.push(close)
}

export interface Setup {
  readonly platform?: Platform
  readonly document?: JsonObject
  /** Beside a client of `document`. */
  readonly options?: Partial<AppConfigModuleOptions>
  /** Instead of a client of `document`. */
  readonly wholeOptions?: AppConfigModuleOptions
  readonly configure?: (app: INestApplication) => unknown
  /** Behind the options of the module. */
  readonly extras?: AppConfigModuleExtras
  /** @default true */
  readonly asyncContext?: boolean
}

/** An application of `parts`, served on a free port until the test ends. */
export async function serve(
  parts: ModuleMetadata,
  {
    platform = 'express',
    document = {},
    options = {},
    wholeOptions,
    configure,
    extras = {},
    asyncContext = true,
  }: Setup = {},
): Promise<Served> {
  const { source, client } = makeClient(document, options, asyncContext)
  const root = {
    module: class AppModule {},
    ...parts,
    imports: [
      AppConfigModule.forRoot(wholeOptions ?? ({ client, ...options } as AppConfigModuleOptions), extras),
      ...(parts.imports ?? []),
    ],
  }
  const app =
    platform === 'express'
      ? await NestFactory.create(root, { logger: false, forceCloseConnections: true, abortOnError: false })
      : await NestFactory.create(root, new FastifyAdapter({ forceCloseConnections: true }), {
          logger: false,
          abortOnError: false,
        })
  closeLater(() => app.close())
  await configure?.(app)
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  return {
    app,
    source,
    client,
    async get(path, headers = {}) {
      const response = await fetch(new URL(path, url), { headers })
      return { status: response.status, text: await response.text(), headers: response.headers }
    },
    async deploy(next) {
      source.publish('default', next)
      while ((client.peek() as JsonObject)['version'] !== next['version']) await nextTurn()
    },
  }
}

export function makeClient(
  document: JsonObject,
  { tenant }: Partial<AppConfigModuleOptions> = {},
  asyncContext = true,
): { source: MemorySource; client: AppConfigClient } {
  const source = memory({ default: { version: 1, ...document } })
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: tenant ? ['default', ({ id }) => ({ profile: `tenant-${id}`, optional: true })] : ['default'],
    source,
    asyncContext,
  })
  closeLater(() => client.close())
  return { source, client }
}
