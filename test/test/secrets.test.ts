/** Nothing secret gets out of a client, by whatever channel: docs/security.md says what counts as secret. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agent, direct, files, isFallback, memory, type Source } from '@appconfig-kit/core'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { appConfig, requireFlag } from '@appconfig-kit/express'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BAD_DOCUMENTS, type BadDocument } from '../src/secrets/bad-documents.ts'
import { type BadServer, PAGES, startBadServer } from '../src/secrets/bad-server.ts'
import { CHANNELS, printed, type Told } from '../src/secrets/channels.ts'
import { markersIn, NAMES, SECRETS } from '../src/secrets/markers.ts'
import { TENANT, untilTold, type Watched, watchClient } from '../src/secrets/watch-client.ts'

const GOOD = JSON.stringify({
  [SECRETS.tenant]: { [NAMES.key]: SECRETS.value },
  [SECRETS.section]: { a: SECRETS.value },
})
const JSON_TYPE = 'application/json'

/** The secrets that each channel has told. */
function leaks(told: Told): string[] {
  return CHANNELS.flatMap(([channel, read, allowed = []]) =>
    markersIn(printed(read(told)))
      .filter((marker) => !(allowed as readonly string[]).includes(marker))
      .map((marker) => `${channel}: ${marker}`),
  )
}

function sdkClient(endpoint: string): AppConfigDataClient {
  const { credentials: secretAccessKey, sessionToken } = SECRETS
  return new AppConfigDataClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey, sessionToken },
  })
}

describe('the printer of channels', () => {
  it('sees what is hidden', () => {
    const hidden = Object.defineProperty(new Error('a'), 'hidden', { value: { deep: [SECRETS.value] } })
    const error = new Error('b', { cause: new Error('c', { cause: hidden }) })

    expect(markersIn(printed([{ error }]))).toEqual(['value'])
    expect(markersIn(printed({ lastError: new Error(SECRETS.page) }))).toEqual(['page'])
  })
})

/** Where documents come from, and how a test changes what is there. */
interface Place {
  readonly source: Source
  readonly clock: ManualClock
  put(document: BadDocument): void | Promise<void>
  close(): void | Promise<void>
}

let local: LocalAppConfig
let clock: ManualClock
let count = 0
beforeAll(async () => {
  clock = manualClock()
  local = await startLocalAppConfig({ clock, port: 0, agentPort: 0, agentAccessToken: SECRETS.accessToken })
})
afterAll(() => local.close())

async function deploy(profile: string, { body: content, contentType }: BadDocument): Promise<void> {
  const { application, environment } = NAMES
  await local.deploy({ application, environment, profile, content, contentType })
}

const PLACES: Readonly<Record<string, (profile: string) => Place>> = {
  direct: (profile) => {
    const client = sdkClient(local.url)
    return {
      source: direct({ client }),
      clock,
      put: (document) => deploy(profile, document),
      close: () => client.destroy(),
    }
  },
  agent: (profile) => ({
    source: agent({
      baseUrl: local.agentUrl,
      accessToken: SECRETS.accessToken,
      entityId: (tenant) => tenant.id,
    }),
    clock,
    put: (document) => deploy(profile, document),
    close() {},
  }),
  files: (profile) => {
    const directory = mkdtempSync(join(tmpdir(), 'secrets-'))
    const folder = join(directory, NAMES.application, NAMES.environment)
    mkdirSync(folder, { recursive: true })
    let last: string | undefined
    return {
      source: files({ directory }),
      clock: manualClock(),
      put({ body, contentType }) {
        if (last !== undefined) rmSync(last)
        last = join(folder, `${profile}.${EXTENSIONS[contentType] as string}`)
        writeFileSync(last, body)
      },
      close: () => rmSync(directory, { recursive: true }),
    }
  },
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  [JSON_TYPE]: 'json',
  'application/x-yaml': 'yaml',
  'text/plain': 'txt',
  'application/ion': 'application%ion%type=AWS.AppConfig.FeatureFlags',
}

describe.each(Object.keys(PLACES))('of a document by %s', (name) => {
  // A folder has files of Ion in the Agent's form only.
  const documents = Object.entries(BAD_DOCUMENTS).filter(
    ([, { contentType }]) => name !== 'files' || contentType !== 'application/ion',
  )

  it.each(documents)('nothing is told: %s', async (_, document) => {
    const profile = `${NAMES.profile}-${++count}`
    const place = (PLACES[name] as (profile: string) => Place)(profile)
    await place.put({ body: GOOD, contentType: JSON_TYPE })
    const watched = watchClient({ ...place, profile, hasLogger: name !== 'agent' })
    try {
      await watched.client.start()
      await watched.client.resolve(TENANT)
      await place.put(document)
      await untilTold(watched, 'rejected', () => place.clock.advance(2_000))
      await watched.attempt(() => watched.client.resolve({ ...TENANT, id: 'another' }))

      expect(watched.client.inspect(TENANT)).toMatchObject({ state: 'warm' })
      expect(leaks(watched)).toEqual([])
    } finally {
      await watched.close()
      await place.close()
    }
  })
})

describe('of an answer', () => {
  let bad: BadServer
  beforeAll(async () => {
    bad = await startBadServer()
  })
  afterAll(() => bad.close())

  async function ask(source: Source): Promise<Watched> {
    const watched = watchClient({ source, clock: manualClock(), hasLogger: true })
    const starting = watched.attempt(() => watched.client.start())
    await Promise.race([starting, untilTold(watched, 'failure', () => {})])
    await watched.attempt(() => watched.client.resolve(TENANT))
    await watched.close()
    await starting
    return watched
  }

  it.each(Object.entries(PAGES))('nothing is told by direct: %s', async (_, pages) => {
    bad.pages = pages
    const client = sdkClient(`http://127.0.0.1:${bad.port}`)
    const watched = await ask(direct({ client }))
    client.destroy()

    expect([...watched.events.failure, ...watched.events.rejected]).not.toEqual([])
    expect(leaks(watched)).toEqual([])
  })

  it.each(Object.entries(PAGES))('nothing is told by agent: %s', async (_, pages) => {
    bad.pages = pages
    const baseUrl = `http://127.0.0.1:${bad.port}`
    const watched = await ask(agent({ baseUrl, accessToken: SECRETS.accessToken }))

    expect(watched.thrown).not.toEqual([])
    expect(leaks(watched)).toEqual([])
  })

  it('nothing is told of a URL with a password', async () => {
    const { password } = SECRETS
    const urls = [`http://user:${password}@127.0.0.1:1`, `http:/user:${password}@host`, `//u:${password}@h`]
    for (const baseUrl of urls) {
      const error = thrownBy(() => agent({ baseUrl }))
      expect(markersIn(printed([error]))).toEqual([])
    }
    expect(markersIn(printed([thrownBy(() => agent({ accessToken: `${SECRETS.accessToken}\n` }))]))).toEqual(
      [],
    )
    const endpoint = `http://user:${password}@127.0.0.1:1`
    const { region, credentials } = {
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }
    const client = new AppConfigDataClient({ endpoint, region, credentials })
    expect(leaks(await ask(direct({ client })))).toEqual([])
    client.destroy()
  })
})

function thrownBy(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe('a client of the API', () => {
  /** An application that answers errors in the ways applications do. */
  function appOf(watched: Watched, answersJson: boolean): express.Express {
    const app = express().set('env', 'production')
    app.use(
      appConfig({
        client: watched.client,
        tenant: (req) => req.get('x-tenant') as never,
        context: (req) => (req.get('x-context') ?? {}) as never,
      }),
    )
    app.get('/gate', requireFlag(NAMES.flag, { status: 403 }), (_req, res) => void res.send('in'))
    app.get('/', (req, res) => void res.json(isFallback(req.config)))
    const answer: express.ErrorRequestHandler = (error, _req, res, _next) =>
      void res.status(error.status ?? 500).json(error.expose ? { error, message: error.message } : { error })
    return answersJson ? app.use(answer) : app
  }

  const TENANTS = { bad: `../${SECRETS.tenant}`, unknown: 'unknown', known: SECRETS.tenant, none: '' }

  it.each([true, false])('is told nothing and no names, with errors as JSON: %s', async (answersJson) => {
    const source = memory({ [NAMES.profile]: JSON.parse(GOOD) })
    const watched = watchClient({ source, hasLogger: true })
    const server = appOf(watched, answersJson).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const statuses = new Set<number>()
    async function get(path: string, headers: Record<string, string>): Promise<void> {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
      statuses.add(response.status)
      watched.answers.push(await response.text(), JSON.stringify([...response.headers]))
    }
    try {
      for (const tenant of Object.values(TENANTS)) await get('/', { 'x-tenant': tenant })
      await get('/', {})
      await get('/gate', { 'x-tenant': SECRETS.tenant })
      await get('/', { 'x-tenant': SECRETS.tenant, 'x-context': SECRETS.context })
      source.failWith(new Error(`${NAMES.application} of another test`))
      await get('/', { 'x-tenant': 'new' })

      expect([...statuses].sort()).toEqual([200, 400, 403, 404, 500])
      expect(leaks(watched)).toEqual([])
      expect(markersIn(watched.answers.join('\n'), NAMES)).toEqual([])
    } finally {
      server.close()
      server.closeAllConnections()
      await watched.close()
    }
  })
})
