/**
 * GraphQL resolvers: they share the configuration of their HTTP request; subscriptions have their own.
 *
 * @module
 */
import { createRequire } from 'node:module'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { type DynamicModule, Module } from '@nestjs/common'
import {
  Args,
  GraphQLModule,
  GraphQLSchemaHost,
  Mutation,
  Query,
  Resolver,
  Subscription,
} from '@nestjs/graphql'
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius'
import { expect, it } from 'vitest'
import { Config, currentConfig, Flag, Flagged } from '../src/index.ts'
import { type Platform, type Served, serve } from './serve.ts'

// The copy that Nest, which vitest does not transform, loads too.
const { parse, subscribe } = createRequire(import.meta.url)('graphql') as typeof import('graphql')

const typeDefs = `
  type Query { gated: String  search(q: String): String  raw(q: String): String  same: Boolean }
  type Mutation { change(q: String): String }
  type Subscription { versions: Int  contextVersions: Int }
`

@Resolver()
class TestResolver {
  @Query('gated')
  @Flag('featureA')
  gated(): string {
    return 'in'
  }

  @Query('search')
  @Flagged('featureA', { old: 'oldSearch' })
  search(@Args('q') q: string): string {
    return `new ${q}`
  }

  oldSearch(q: string): string {
    return `old ${q}`
  }

  @Flagged('featureA', { old: 'oldRaw' })
  @Query('raw')
  raw(_root: unknown, { q }: { q: string }): string {
    return `new ${q}`
  }

  oldRaw(_root: unknown, { q }: { q: string }): string {
    return `old ${q}`
  }

  @Mutation('change')
  @Flag('featureA')
  @Flagged('featureB', { old: 'oldChange' })
  change(@Args('q') q: string, @Config('version') version: number): string {
    return `new ${q} ${version}`
  }

  oldChange(q: string, version: number): string {
    return `old ${q} ${version}`
  }

  @Query('same')
  same(@Config() config: object): boolean {
    return config === currentConfig()
  }

  @Subscription('versions')
  async *versions(@Config('version') version: number): AsyncGenerator<{ versions: number }> {
    yield { versions: version }
  }
}

/** Needs no part of ours injected. */
@Resolver()
class PlainResolver {
  @Subscription('contextVersions')
  contextVersions(): AsyncGenerator<{ contextVersions: unknown }> {
    const version = currentConfig()['version']
    return (async function* () {
      yield { contextVersions: version }
    })()
  }
}

const apollo = GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, typeDefs, path: '/graphql' })
const mercurius = GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, typeDefs })
const SERVERS: [string, Platform, DynamicModule][] = [
  ['Apollo on Express', 'express', apollo],
  ['Apollo on Fastify', 'fastify', apollo],
  ['Mercurius', 'fastify', mercurius],
]

function serveGraphql(platform: Platform, graphql: DynamicModule, featureA: boolean): Promise<Served> {
  return serve({ imports: [graphql], providers: [TestResolver] }, { platform, document: { featureA } })
}

async function ask(served: Served, query: string): Promise<unknown> {
  const response = await fetch(`${await served.app.getUrl()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return response.json()
}

const EVERYTHING = '{ search(q: "a") raw(q: "b") same }'

it.each(SERVERS)('%s: chooses and gives parameters', async (_, ...server) => {
  expect(await ask(await serveGraphql(...server, true), EVERYTHING)).toEqual({
    data: { search: 'new a', raw: 'new b', same: true },
  })
  expect(await ask(await serveGraphql(...server, false), EVERYTHING)).toEqual({
    data: { search: 'old a', raw: 'old b', same: true },
  })
})

it.each(SERVERS)('%s: gates', async (_, ...server) => {
  expect(await ask(await serveGraphql(...server, true), '{ gated }')).toEqual({ data: { gated: 'in' } })
  expect(await ask(await serveGraphql(...server, false), '{ gated }')).toMatchObject({
    data: { gated: null },
    errors: [{ message: 'Not Found' }],
  })
})

it.each(SERVERS)('%s: gates and chooses in mutations, too', async (_, ...server) => {
  const change = 'mutation { change(q: "a") }'

  expect(await ask(await serveGraphql(...server, true), change)).toEqual({ data: { change: 'old a 1' } })
  expect(await ask(await serveGraphql(...server, false), change)).toMatchObject({
    data: { change: null },
    errors: [{ message: 'Not Found' }],
  })
})

async function firstEvent(served: Served, field: string): Promise<unknown> {
  const { schema } = served.app.get(GraphQLSchemaHost)
  const contextValue = { req: { headers: {} } }
  const events = await subscribe({ schema, document: parse(`subscription { ${field} }`), contextValue })
  if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events.errors))
  const { value } = await events.next()
  return value
}

it('decides for each subscription anew, though the connection is old', async () => {
  const served = await serveGraphql('express', apollo, true)

  expect(await firstEvent(served, 'versions')).toEqual({ data: { versions: 1 } })
  await served.deploy({ version: 2 })
  expect(await firstEvent(served, 'versions')).toEqual({ data: { versions: 2 } })
})

it.each([true, false])(
  'has async context around resolvers, whenever they are built; isGlobal: %s',
  async (isGlobal) => {
    // The deeper a module is, the earlier Nest initializes it.
    class DeepModule {}
    Module({ imports: [apollo], providers: [PlainResolver] })(DeepModule)
    const served = await serve(
      { imports: [{ module: class MiddleModule {}, imports: [DeepModule] }] },
      { extras: { isGlobal } },
    )

    expect(await firstEvent(served, 'contextVersions')).toEqual({ data: { contextVersions: 1 } })
  },
)
