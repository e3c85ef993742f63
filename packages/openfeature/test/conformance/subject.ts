/**
 * A provider under test and what it is pointed at: documents in memory, or a local AppConfig on real sockets.
 *
 * @module
 */
import { type AppConfigClient, createAppConfig, direct, memory, type Source } from '@appconfig-kit/core'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { type Client, type EventDetails, OpenFeature, type ProviderEvents } from '@openfeature/server-sdk'
import { type AppConfigProvider, appConfigProvider } from '../../src/index.ts'

/** What a scenario works on. */
export interface Subject {
  readonly flags: Client
  readonly provider: AppConfigProvider
  readonly client: AppConfigClient
  next(event: ProviderEvents): Promise<EventDetails | undefined>
  /** Deploys another value of `changing-flag`. */
  change(): Promise<void>
  lose(): Promise<void>
  regain(): Promise<void>
  /** Puts a provider in its place whose backend does not answer. */
  replaceByUnreachable(): Promise<AppConfigProvider>
  close(): Promise<void>
}

/** What AppConfig is in a run. */
interface Backend {
  readonly source: Source
  deploy(document: object): Promise<void>
  setReachable(isReachable: boolean): void
  close(): Promise<void>
}

/** Where the documents are. */
export type Place = 'memory' | 'direct'

const variant = (name: string, value: unknown) => ({
  _variants: [{ name, enabled: true, attributeValues: { value } }],
})

/** The TCK's flags as AppConfig has them: of each, the variant that it resolves to. */
export const FLAGS: Readonly<Record<string, unknown>> = {
  'boolean-flag': variant('on', true),
  'string-flag': variant('greeting', 'hi'),
  'integer-flag': variant('ten', 10),
  'float-flag': variant('half', 0.5),
  'large-integer-flag': variant('max-int32', 2_147_483_647),
  'huge-integer-flag': variant('max-safe', Number.MAX_SAFE_INTEGER),
  'integral-float-flag': variant('ten', 10),
  'boolean-zero-flag': variant('zero', false),
  'integer-zero-flag': variant('zero', 0),
  'string-zero-flag': variant('zero', ''),
  // A structure is a value of the document: attributes of a flag are no objects, and a flag is a boolean, too.
  'object-flag': { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 },
  'wrong-flag': variant('one', 'uno'),
  'disabled-boolean-flag': { enabled: false },
  'disabled-string-flag': { enabled: false, value: 'hi' },
  'disabled-integer-flag': { enabled: false, value: 10 },
  'disabled-float-flag': { enabled: false, value: 0.5 },
  'targeting-key-flag': {
    _variants: [
      {
        name: 'hit',
        enabled: true,
        attributeValues: { value: 'hit' },
        rule: '(eq $targetingKey "5c3d8535-f81a-4478-a6d3-afaa4d51199e")',
      },
      { name: 'miss', enabled: true, attributeValues: { value: 'miss' } },
    ],
  },
  'changing-flag': variant('foo', 'foo'),
}

let subjects = 0

/** A provider that is ready. */
export async function startSubject(place: Place): Promise<Subject> {
  const clock = manualClock()
  const backend = place === 'memory' ? inMemory() : await onSockets(clock)
  await backend.deploy(FLAGS)
  const clients: AppConfigClient[] = []
  function makeProvider(): AppConfigProvider {
    const client = createAppConfig({
      application: 'api',
      environment: 'prod-01',
      layers: ['flags'],
      source: backend.source,
      clock,
      logger: false,
    })
    clients.push(client)
    return appConfigProvider(client, { tenant: null })
  }
  const domain = `${place} ${++subjects}`
  const provider = makeProvider()
  await OpenFeature.setProviderAndWait(domain, provider)
  const flags = OpenFeature.getClient(domain)
  const [client] = clients as [AppConfigClient]
  const poll = () => {
    clock.advance(66_001)
  }
  return {
    flags,
    provider,
    client,
    next: (event) =>
      new Promise((resolve) => {
        const listen = (details?: EventDetails) => {
          flags.removeHandler(event, listen)
          resolve(details)
        }
        flags.addHandler(event, listen)
      }),
    async change() {
      await backend.deploy({ ...FLAGS, 'changing-flag': variant('bar', 'bar') })
      poll()
    },
    async lose() {
      backend.setReachable(false)
      poll()
    },
    async regain() {
      backend.setReachable(true)
      // The next poll is due once the failed one is over.
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(600_000)
    },
    async replaceByUnreachable() {
      backend.setReachable(false)
      const unreachable = makeProvider()
      const failed = OpenFeature.setProviderAndWait(domain, unreachable).then(
        () => undefined,
        (error: unknown) => error,
      )
      let isOver = false
      void failed.then(() => {
        isOver = true
      })
      // Its start waits on the clock of the test.
      while (!isOver) {
        clock.advance(1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return unreachable
    },
    async close() {
      await provider.onClose()
      for (const each of clients) await each.close()
      await backend.close()
    },
  }
}

function inMemory(): Backend {
  const source = memory()
  return {
    source,
    async deploy(document) {
      source.publish('flags', document)
    },
    setReachable: (isReachable) => source.failWith(isReachable ? undefined : new Error('unreachable')),
    async close() {},
  }
}

async function onSockets(clock: ManualClock): Promise<Backend> {
  const local = await startLocalAppConfig({ clock })
  const sdk = new AppConfigDataClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  return {
    source: direct({ client: sdk }),
    async deploy(content) {
      await local.deploy({ application: 'api', environment: 'prod-01', profile: 'flags', content })
    },
    setReachable(isReachable) {
      if (isReachable) local.faults.clear()
      else local.faults.add({ drop: true })
    },
    async close() {
      sdk.destroy()
      await local.close()
    },
  }
}
