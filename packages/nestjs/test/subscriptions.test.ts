/**
 * GraphQL subscriptions over a real WebSocket: each is decided when it begins, whatever its connection is.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JsonObject } from '@appconfig-kit/core'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { type DynamicModule, Inject } from '@nestjs/common'
import { Args, GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql'
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius'
import { createClient } from 'graphql-ws'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  type AppConfigMessage,
  AppConfigService,
  Config,
  Flag,
  Flagged,
  type NestRequest,
  tryCurrentConfig,
} from '../src/index.ts'
import { closeLater, type Platform, type Served, serve } from './serve.ts'

const typeDefs = `
  type Query { seen(tenant: String!): Seen  gated(tenant: String!): String }
  type Seen { parameter: String, context: String, service: String, version: Int }
  type Subscription {
    seen(tenant: String!, times: Int!): Seen
    gated(tenant: String!): String
    chosen(tenant: String!): String
    resolved(tenant: String!): String
  }
`
/** What lets a subscription go on to its next event. */
let goOn: (round: number) => Promise<void>
let ended: string[] = []
/** How often somebody asked whose a message is. */
let asked = 0

@Resolver()
class TestResolver {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  @Query('seen')
  async seenOnce(@Config() config: JsonObject) {
    await goOn(0)
    const { owner: parameter, version } = config
    return {
      parameter,
      context: tryCurrentConfig()?.['owner'],
      service: this.appConfig.get('owner'),
      version,
    }
  }

  @Query('gated')
  @Flag('featureA')
  gatedOnce(): string {
    return 'in'
  }

  @Subscription('seen')
  async *seen(@Config() config: JsonObject, @Args('times') times: number) {
    try {
      for (let round = 0; round < times; round++) {
        await goOn(round)
        const [parameter, context] = [config['owner'], tryCurrentConfig()?.['owner']]
        const service = this.appConfig.get('owner')
        yield { seen: { parameter, context, service, version: this.appConfig.get('version') } }
      }
    } finally {
      ended.push(String(tryCurrentConfig()?.['owner']))
    }
  }

  @Subscription('gated')
  @Flag('featureA')
  async *gated() {
    yield { gated: 'in' }
  }

  @Subscription('chosen')
  @Flagged('featureA', { old: 'chosenOld' })
  async *chosen(@Args('tenant') tenant: string) {
    yield { chosen: `new for ${tenant}, ${this.appConfig.get('owner')}` }
  }
  async *chosenOld(tenant: string) {
    yield { chosen: `old for ${tenant}, ${this.appConfig.get('owner')}` }
  }

  /** The option `resolve` runs for each event, outside of the resolver. */
  @Subscription('resolved', { resolve: () => String(tryCurrentConfig()?.['owner']) })
  async *resolved() {
    yield {}
  }
}

const apollo = GraphQLModule.forRoot<ApolloDriverConfig>({
  driver: ApolloDriver,
  typeDefs,
  path: '/graphql',
  subscriptions: { 'graphql-ws': true },
})
/** As some applications do it: the request of the connection, in a context of theirs. */
const customized = GraphQLModule.forRoot<ApolloDriverConfig>({
  driver: ApolloDriver,
  typeDefs,
  path: '/graphql',
  subscriptions: { 'graphql-ws': true },
  context: ({ req, extra }: { req?: object; extra?: { request: object } }) => ({
    req: extra?.request ?? req,
  }),
})
const mercurius = GraphQLModule.forRoot<MercuriusDriverConfig>({
  driver: MercuriusDriver,
  typeDefs,
  subscription: { fullWsTransport: true },
})
const SERVERS: [string, Platform, DynamicModule][] = [
  ['Apollo on Express', 'express', apollo],
  ['Apollo with a context of the application', 'express', customized],
  ['Mercurius', 'fastify', mercurius],
]

/** One connection, of tenant t3, for all subscriptions. */
async function connect(
  platform: Platform,
  graphql: DynamicModule,
): Promise<{
  served: Served
  subscribe: (field: string) => AsyncIterableIterator<unknown>
  query: (fields: string) => Promise<unknown>
}> {
  goOn = async () => {}
  ended = []
  asked = 0
  const served = await serve(
    { imports: [graphql], providers: [TestResolver] },
    {
      platform,
      document: { featureA: false },
      options: {
        tenant: ({ headers }: NestRequest) => headers?.['x-tenant'] as string | undefined,
        messageTenant: ({ data }: AppConfigMessage) => {
          asked++
          return (data as { tenant: string }).tenant
        },
      },
    },
  )
  served.source.publish('tenant-t1', { owner: 't1', featureA: true })
  served.source.publish('tenant-t2', { owner: 't2' })
  served.source.publish('tenant-t3', { owner: 't3', featureA: true })
  class OfTenant3 extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers: { 'x-tenant': 't3' } })
    }
  }
  const url = `${(await served.app.getUrl()).replace('http', 'ws')}/graphql`
  const client = createClient({ url, webSocketImpl: OfTenant3, lazy: false })
  closeLater(async () => client.dispose())
  return {
    served,
    subscribe: (field) => client.iterate({ query: `subscription { ${field} }` }),
    query: async (fields) => (await client.iterate({ query: `{ ${fields} }` }).next()).value,
  }
}

async function all(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const collected: unknown[] = []
  for await (const event of events) collected.push(event)
  return collected
}

const seen = (owner: string, version: number) => ({
  data: { seen: { parameter: owner, context: owner, service: owner, version } },
})
const ask = (tenant: string, times = 1) =>
  `seen(tenant: "${tenant}", times: ${times}) { parameter context service version }`

describe.each(SERVERS)('%s', (_, ...server) => {
  it('decides each subscription, not the connection, and its generator runs in that', async () => {
    const { subscribe } = await connect(...server)

    const answers = await Promise.all(
      ['t1', 't2', 't1', 't3'].map((tenant) => all(subscribe(ask(tenant, 2)))),
    )

    expect(answers).toEqual(['t1', 't2', 't1', 't3'].map((tenant) => [seen(tenant, 1), seen(tenant, 1)]))
    expect(ended.sort()).toEqual(['t1', 't1', 't2', 't3'])
  })

  it('keeps what it began with; the next one has what is deployed', async () => {
    const { served, subscribe } = await connect(...server)
    const landed = (version: number) => async () => {
      served.source.publish('default', { version, featureA: false })
      while ((served.client.peek('t1') as JsonObject)['version'] !== version) await nextTurn()
    }
    goOn = async (round) => (round === 1 ? landed(2)() : undefined)

    expect(await all(subscribe(ask('t1', 2)))).toEqual([seen('t1', 1), seen('t1', 1)])
    expect(await all(subscribe(ask('t1')))).toEqual([seen('t1', 2)])
  })

  it('gates and chooses', async () => {
    const { subscribe } = await connect(...server)

    expect(await all(subscribe('gated(tenant: "t1")'))).toEqual([{ data: { gated: 'in' } }])
    const refused = all(subscribe('gated(tenant: "t2")'))
    expect(JSON.stringify(await refused.catch((error: unknown) => error))).toMatch(
      /"message":"[^"]*Not Found/,
    )
    expect(await all(subscribe('chosen(tenant: "t1")'))).toEqual([{ data: { chosen: 'new for t1, t1' } }])
    expect(await all(subscribe('chosen(tenant: "t2")'))).toEqual([{ data: { chosen: 'old for t2, t2' } }])
  })

  it('has no configuration where the driver runs, rather than that of the connection', async () => {
    const { subscribe } = await connect(...server)

    expect(await all(subscribe('resolved(tenant: "t1")'))).toEqual([{ data: { resolved: 'undefined' } }])
  })

  it('decides each query over the connection, too, once for all its fields', async () => {
    const { served, query } = await connect(...server)
    const fields = 'parameter context service version'
    const twice = (tenant: string) =>
      `a: seen(tenant: "${tenant}") { ${fields} } b: seen(tenant: "${tenant}") { ${fields} }`
    const own = (owner: string, version: number) => ({
      parameter: owner,
      context: owner,
      service: owner,
      version,
    })
    const both = (owner: string, version: number) => ({
      data: { a: own(owner, version), b: own(owner, version) },
    })

    const answers = await Promise.all(['t1', 't2', 't1', 't3'].map((tenant) => query(twice(tenant))))
    expect(answers).toEqual(['t1', 't2', 't1', 't3'].map((tenant) => both(tenant, 1)))
    expect(asked).toBe(4)
    expect(await query('gated(tenant: "t1")')).toEqual({ data: { gated: 'in' } })
    expect(await query('gated(tenant: "t2")')).toMatchObject({ data: { gated: null } })

    await served.deploy({ version: 2, featureA: false })
    expect(await query(twice('t2'))).toEqual(both('t2', 2))
  })
})
