/**
 * The behaviour every adapter owes its users, written once and run over real servers.
 *
 * An adapter says how to start a server with the routes of {@link AdapterUnderTest.start}; what
 * its framework does in another way is declared there, and tested as declared. Deployments land while
 * requests run: each step waits until `client.peek()` shows the new version, never for a time.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  isEnabled,
  type JsonObject,
  type MemorySource,
  memory,
  variantOf,
} from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeClientTexts } from './client-texts.ts'
import { describeClosedGate } from './closed-gate.ts'
import { describeCounting } from './count-requests.ts'
import { describeDecisions } from './decided-once.ts'
import { describeNeverOpen } from './never-open.ts'
import { describeOverrides } from './overridden.ts'
import { describeRequestEvents } from './request-events.ts'
import { describeShadows } from './shadowed.ts'

/** What a server gets its adapter's options and its routes' behaviour from. */
export interface AppUnderTest {
  /** The adapter's options, to be passed on as they are. */
  readonly options: {
    readonly client: AppConfigClient
    readonly tenant: (request: HeadersOfRequest) => string | null | undefined
    readonly context?: (request: HeadersOfRequest) => Readonly<Record<string, string>>
    readonly skip: (request: { readonly url?: string | undefined }) => boolean
  }
  /** Awaited by routes in the middle of their work. */
  readonly midRequest: () => Promise<void>
  /** Given Node's request and response by a route; awaited before the route answers. */
  readonly watch?: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Told of each error that reaches the framework's own error handling. */
  readonly onError: (error: unknown) => void
  /** @default 'production' */
  readonly env?: Environment
  /** Whether the application has its own way of answering what nobody serves. @default false */
  readonly ownNotFound?: boolean
}

export type Environment = 'production' | 'development'

export interface HeadersOfRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface RunningServer {
  readonly url: string
  close(): Promise<unknown>
}

export interface AdapterUnderTest {
  /**
   * Starts a server on a free port, answering errors as the framework does by default, with
   *
   *     GET /config        { before, after, same }: the config before and after `midRequest`, and whether
   *                        it was one object
   *     GET /deep          what `currentConfig()` says after `midRequest`, in a function given nothing
   *     GET /flagged       'old' or 'new': the if-flag pattern on `featureA`
   *     GET /flagged-unknown   the same on a flag nobody has heard of
   *     GET /gate          'in': behind a gate on `featureA`
   *     GET /gate-403      the same, answering 403
   *     GET /gate-unknown  'in': behind a gate on a flag nobody has heard of
   *     GET /twice         'old' or 'new': a gate on `featureA`, then `midRequest`, then the if-flag pattern on it
   *     GET /skipped       'ok', asking for no config
   *     GET /skipped-gate  'in': behind a gate on `featureA`
   *     POST /events       'ok', once `watch` is done
   *     ANY /closed        'in': behind a gate on a flag nobody has heard of, whatever the method
   *
   * With `ownNotFound`, and a request that nobody serves, by the means of the framework: 404, `nothing here`.
   */
  start(app: AppUnderTest): Promise<RunningServer>
  /** The error for a resolver that answers undefined: a request's fault, or of who asked too early. */
  readonly undefinedTenant?: 'TENANT_MISSING' | 'TENANT_NOT_KNOWN_YET'
  /** An error of the application's own that the framework answers with this status. */
  readonly httpError?: (status: number) => Error
  /** How the framework by itself answers an error whose text is for clients, and one whose text is not. */
  readonly errorBody: (status: number, text: string | undefined, env: Environment) => string
}

export function describeAdapter(name: string, adapter: AdapterUnderTest): void {
  const { start, undefinedTenant = 'TENANT_MISSING' } = adapter
  describeNeverOpen(name, adapter)
  describeClientTexts(name, adapter)
  describeClosedGate(name, adapter)
  describeOverrides(name, adapter)
  describeShadows(name, adapter)
  describeDecisions(name, adapter)
  describeRequestEvents(name, adapter)
  describeCounting(name, adapter)
  describe(`${name} keeps the contract:`, () => {
    let source: MemorySource
    let client: AppConfigClient
    let server: RunningServer
    let midRequest: () => Promise<void>
    let tenantOf: AppUnderTest['options']['tenant']
    let errors: unknown[]

    beforeEach(() => {
      source = memory({ default: { version: 1, featureA: false } })
      midRequest = async () => {}
      tenantOf = ({ headers }) => (headers['x-tenant'] as string | undefined) ?? null
      errors = []
    })
    afterEach(async () => {
      await server.close()
      await client.close()
    })

    async function serve(options: Partial<AppConfigOptions<undefined>> = {}): Promise<void> {
      client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default', (tenant) => ({ profile: `tenant-${tenant.id}`, optional: true })],
        source,
        ...options,
      })
      server = await start({
        options: {
          client,
          tenant: (request) => tenantOf(request),
          skip: ({ url }) => url?.startsWith('/skipped') ?? false,
        },
        midRequest: () => midRequest(),
        onError: (error) => errors.push(error),
      })
    }

    async function ask(path: string, tenant?: string): Promise<Answer> {
      const response = await fetch(new URL(path, server.url), {
        headers: tenant === undefined ? {} : { 'x-tenant': tenant },
      })
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    async function askJson(path: string, tenant?: string): Promise<unknown> {
      const { status, text } = await ask(path, tenant)
      expect(status, text).toBe(200)
      return JSON.parse(text)
    }

    /** Publishes a version and returns when requests can see it. */
    async function deploy(document: JsonObject, tenant?: string): Promise<void> {
      source.publish('default', document)
      while ((client.peek(tenant) as JsonObject | undefined)?.['version'] !== document['version'])
        await nextTurn()
    }

    it('agrees with itself on a flag that half of the tenants have, while its document changes', async () => {
      const half = (version: number, seed: string) => ({
        version,
        featureA: {
          _variants: [
            { name: 'in', enabled: true, rule: `(split pct::50 by::$tenantId seed::"${seed}")` },
            { name: 'out', enabled: false },
          ],
        },
      })
      source.publish('default', half(1, 'a'))
      await serve()
      const answers = new Set<string>()
      for (let at = 0; at < 10; at++) {
        const tenant = `t${at}`
        const before = isEnabled(await client.resolve(tenant), 'featureA')
        midRequest = () => deploy(half(2 * at + 2, 'b'), tenant)
        const { status, text } = await ask('/twice', tenant)
        expect(status === 200 ? text : status).toBe(before ? 'new' : 404)
        answers.add(before ? 'new' : 'gone')
        midRequest = async () => {}
        await deploy(half(2 * at + 3, 'a'), tenant)

        midRequest = () => deploy(half(1000 + at, 'b'), tenant)
        const config = (await askJson('/config', tenant)) as {
          before: JsonObject
          after: JsonObject
          same: boolean
        }
        expect(config).toMatchObject({ same: true, after: config.before })
        expect(isEnabled(config.before, 'featureA')).toBe(before)
        expect(variantOf(config.before, 'featureA')).toBe(before ? 'in' : 'out')
        await deploy(half(2000 + at, 'a'), tenant)
      }
      expect(answers).toEqual(new Set(['new', 'gone']))
    })

    it("gives each tenant's requests its own config", async () => {
      source.publish('tenant-t1', { owner: 't1' })
      source.publish('tenant-t2', { owner: 't2' })
      await serve()

      expect(await askJson('/config', 't1')).toMatchObject({ before: { owner: 't1', version: 1 } })
      expect(await askJson('/config', 't2')).toMatchObject({ before: { owner: 't2', version: 1 } })
      expect(await askJson('/config')).toMatchObject({ before: { version: 1, featureA: false } })
    })

    it('keeps a request on the config it began with, and gives the next one the new', async () => {
      await serve()
      midRequest = () => deploy({ version: 2, featureA: false })

      expect(await askJson('/config')).toEqual({
        before: { version: 1, featureA: false },
        after: { version: 1, featureA: false },
        same: true,
      })

      midRequest = async () => {}
      expect(await askJson('/config')).toMatchObject({ before: { version: 2 } })
    })

    it('runs the old handler while a flag is off, the new one while it is on', async () => {
      await serve()
      expect((await ask('/flagged')).text).toBe('old')

      await deploy({ version: 2, featureA: true })
      expect((await ask('/flagged')).text).toBe('new')

      await deploy({ version: 3, featureA: { enabled: true, limit: 3 } })
      expect((await ask('/flagged')).text).toBe('new')
      expect((await ask('/flagged-unknown')).text).toBe('old')
    })

    it('opens a gate only while its flag is on', async () => {
      await serve()
      expect((await ask('/gate')).status).toBe(404)
      expect((await ask('/gate-403')).status).toBe(403)
      expect((await ask('/gate-unknown')).status).toBe(404)

      await deploy({ version: 2, featureA: true })
      expect(await ask('/gate')).toMatchObject({ status: 200, text: 'in' })
      expect(await ask('/gate-403')).toMatchObject({ status: 200, text: 'in' })
      expect((await ask('/gate-unknown')).status).toBe(404)
    })

    it('does not tell a client what is behind a closed gate', async () => {
      await serve()

      expect((await ask('/gate')).text).not.toMatch(/featureA|flag/i)
    })

    it('decides a flag once per request, however often it is asked for', async () => {
      source.publish('default', { version: 1, featureA: true })
      await serve()
      midRequest = () => deploy({ version: 2, featureA: false })

      expect(await ask('/twice')).toMatchObject({ status: 200, text: 'new' })
      expect((await ask('/twice')).status).toBe(404)
    })

    it('refuses a bad tenant id with 400, through the error handling of the framework', async () => {
      await serve()

      const answers = [await ask('/config', '../../etc/passwd'), await ask('/config', 'a'.repeat(65))]

      expect(answers.map(({ status }) => status)).toEqual([400, 400])
      expect(errors.map(codeOf)).toEqual(['TENANT_ID_INVALID', 'TENANT_ID_INVALID'])
    })

    it('has an error for a request that should name its tenant and does not', async () => {
      tenantOf = () => undefined
      await serve()

      const { status } = await ask('/gate')

      expect(status).toBe(undefinedTenant === 'TENANT_MISSING' ? 400 : 500)
      expect(errors.map(codeOf)).toEqual([undefinedTenant])
    })

    it('answers 503 with Retry-After while there is no config, and recovers', async () => {
      source.failWith(new Error('the network is down'))
      await serve()

      const { status, headers, text } = await ask('/config')
      expect(status).toBe(503)
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      expect(text).not.toContain('network')
      expect(errors.map(codeOf)).toEqual(['CONFIG_UNAVAILABLE'])

      source.failWith(undefined)
      expect(await askJson('/config')).toMatchObject({ before: { version: 1 } })
    })

    it('answers from the defaults while there is no config, where that is wanted', async () => {
      source.failWith(new Error('the network is down'))
      await serve({
        onUnavailable: 'defaults',
        defaults: { version: 0, featureA: true },
      })

      expect(await askJson('/config')).toMatchObject({ before: { version: 0, featureA: true }, same: true })
      expect((await ask('/flagged')).text).toBe('new')
    })

    it('serves skipped requests whatever happens', async () => {
      source.failWith(new Error('the network is down'))
      await serve()

      expect(await ask('/skipped', '../bad')).toMatchObject({ status: 200, text: 'ok' })
    })

    it('calls a flag that nobody could know a wiring error, not off', async () => {
      await serve()

      expect((await ask('/skipped-gate')).status).toBe(500)
      expect(errors.map(codeOf)).toEqual(['MIDDLEWARE_MISSING'])
    })

    it('gives deep code the config of its request, when switched on', async () => {
      await serve({ asyncContext: true })
      midRequest = () => deploy({ version: 2, featureA: false })

      expect(await askJson('/deep')).toMatchObject({ version: 1 })
      midRequest = async () => {}
      expect(await askJson('/deep')).toMatchObject({ version: 2 })
    })

    it('has no async context unless it is switched on', async () => {
      await serve()

      expect((await ask('/deep')).status).toBe(500)
      expect(errors.map(codeOf)).toEqual(['CONTEXT_MISSING'])
    })

    it('never mixes 200 requests of 20 tenants that run at once', async () => {
      const tenants = Array.from({ length: 20 }, (_, at) => `t${at}`)
      for (const owner of tenants) source.publish(`tenant-${owner}`, { owner })
      await serve({ asyncContext: true, maxNewTenantsPerSecond: 1000, maxRequestsPerSecond: 1000 })
      let begun = 0
      midRequest = async () => {
        // Some turns of the event loop each, of differing number, so that requests overtake each other.
        begun += 1
        for (let turns = (begun * 7) % 13; turns >= 0; turns -= 1) await nextTurn()
      }

      const asked = Array.from({ length: 200 }, (_, at) => ({
        path: at % 2 === 0 ? '/config' : '/deep',
        owner: tenants[at % 20] as string,
      }))
      const answers = await Promise.all(asked.map(({ path, owner }) => askJson(path, owner)))

      for (const [at, { path, owner }] of asked.entries()) {
        expect(answers[at]).toMatchObject(
          path === '/deep' ? { owner } : { before: { owner }, after: { owner }, same: true },
        )
      }
    })
  })
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}
