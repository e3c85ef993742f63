import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createAppConfig, memory } from '../../src/index.ts'
import type { JsonObject } from '../../src/json.ts'
import { checkWith } from '../../src/snapshots/check-schema.ts'
import { describeRefusal, type LayerPart } from '../../src/snapshots/schema-refusal.ts'

const schema = z.looseObject({ temperature: z.number(), limits: z.looseObject({ max: z.number() }) })

const part = (profile: string, value: JsonObject, versionLabel?: string): LayerPart => ({
  from: {
    document: { application: 'api', environment: 'prod', profile },
    version: {
      id: 1,
      revision: 'abc',
      contentType: '',
      versionLabel,
      receivedAtMs: 0,
      value,
      composed: false,
    },
  },
  value,
})

describe('what is told of a schema’s refusal', () => {
  const base = part('default', { temperature: 's3cret', limits: { max: 1 } }, 'v3')

  it('is what was expected, and which layer and version gave it', () => {
    const issues = checkWith(schema)({ temperature: 's3cret', limits: {} })
    expect(describeRefusal(issues, [base, part('tenant', { limits: {} })])).toBe(
      'does not match the schema at temperature (number expected; from api/prod/default, version v3), limits.max (number expected; from api/prod/default, version v3)',
    )
    expect(describeRefusal(issues, [part('tenant', { limits: {} })])).toBe(
      'does not match the schema at temperature (number expected; in no layer), limits.max (number expected; from api/prod/tenant, version abc)',
    )
  })

  it('is the highest layer’s doing where several have it', () => {
    const issues = [{ path: ['temperature'] }]
    const defaults = { from: undefined, value: { temperature: 1 } }
    expect(describeRefusal(issues, [defaults, base])).toContain(
      'temperature (from api/prod/default, version v3)',
    )
    expect(describeRefusal(issues, [defaults])).toContain('temperature (from the option defaults)')
  })

  it('takes what a library expects, never its messages or what it received', () => {
    const issuesOf = (issue: object) =>
      checkWith({
        '~standard': { version: 1, vendor: 'any', validate: () => ({ issues: [issue as never] }) },
      })({ a: 's3cret' })
    const issue = { path: ['a'], message: 'not s3cret', received: 's3cret' }
    expect(issuesOf({ ...issue, expected: 'a number' })).toEqual([{ path: ['a'], expected: 'a number' }])
    expect(issuesOf({ ...issue, expected: { value: 's3cret' } })).toEqual([{ path: ['a'] }])
    const throwing = Object.defineProperty({ ...issue }, 'expected', {
      get: () => {
        throw new Error('s3cret')
      },
    })
    expect(issuesOf(throwing)).toEqual([{ path: ['a'] }])
  })

  it('is the same for every tenant where a shared document is bad', async () => {
    const source = memory({
      default: { temperature: 1, limits: { max: 1 } },
      'tenant-a': { a: 1 },
      'tenant-b': { b: 1 },
    })
    const client = createAppConfig({
      application: 'api',
      environment: 'prod',
      layers: ['default', ({ id }) => ({ profile: `tenant-${id}`, optional: true })],
      source,
      schema,
      logger: false,
    })
    const told: string[] = []
    client.on('rejected', ({ error }) => told.push(error.problem))
    for (const tenant of ['a', 'b', 'c']) await client.resolve(tenant)
    source.publish('default', { temperature: 's3cret', limits: { max: 1 } }, { versionLabel: 'v2' })
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(told).toEqual([
      'the merged configuration does not match the schema at temperature (number expected; from api/prod/default, version v2)',
    ])
    await client.close()
  })
})

it('a schema that writes into what it is given refuses, and changes nothing that is served', async () => {
  const source = memory({ default: { limit: 1 } })
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source,
    logger: false,
    schema: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate(value: unknown) {
          const config = value as { limit: number }
          if (config.limit === 2) config.limit = 3
          return { value: config }
        },
      },
    },
  })
  await client.start()
  const rejected = new Promise((resolve) => client.on('rejected', ({ error }) => resolve(error.code)))
  source.publish('default', { limit: 2 })
  expect(await rejected).toBe('CONFIG_INVALID')
  expect(client.peek()).toEqual({ limit: 1 })
  await client.close()
})

describe('a schema that answers with what is no result', () => {
  const answering = (answer: unknown) =>
    checkWith({ '~standard': { version: 1, vendor: 'own', validate: () => answer as never } })({
      a: 's3cret',
    })
  const [keyOfNone, keyThatThrows] = [
    { key: Object.create(null) },
    {
      get key(): string {
        throw new Error('s3cret')
      },
    },
  ]

  it.each([
    ['false', false],
    ['true', true],
    ['nothing', undefined],
    ['null', null],
    ['a text', 's3cret'],
    ['issues that are no list', { issues: {} }],
    ['a text for issues', { issues: 's3cret' }],
    ['null for an issue', { issues: [null] }],
    ['a number for a path', { issues: [{ message: '', path: 5 }] }],
    ['null in a path', { issues: [{ message: '', path: [null] }] }],
    ['a key that has no text', { issues: [{ message: '', path: [keyOfNone] }] }],
    ['a key that throws', { issues: [{ message: '', path: [keyThatThrows] }] }],
  ])('refuses the configuration: %s', (_, answer) => {
    const refused = answering(answer)
    expect(refused).toMatch(/no result of a Standard Schema/)
    expect(refused).not.toContain('s3cret')
  })

  it.each([{ value: 1 }, { value: 1, issues: undefined }, { value: 1, issues: null }])(
    'takes a result without issues: %o',
    (answer) => {
      expect(answering(answer)).toEqual([])
    },
  )

  it('keeps the last good configuration, and ends no process', async () => {
    const source = memory({ default: { a: 1 } })
    let answer: unknown = { value: 1 }
    const client = createAppConfig({
      application: 'api',
      environment: 'dev',
      layers: ['default'],
      source,
      schema: { '~standard': { version: 1, vendor: 'own', validate: () => answer as never } },
      logger: false,
    })
    await client.start()
    answer = { issues: [null] }
    const rejected = new Promise<string>((resolve) =>
      client.on('rejected', ({ error }) => resolve(error.message)),
    )
    source.publish('default', { a: 2 })
    expect(await rejected).toMatch(/no result of a Standard Schema/)
    expect(client.peek()).toEqual({ a: 1 })
    await client.close()
  })
})
