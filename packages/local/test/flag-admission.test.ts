import {
  BadRequestException,
  CreateApplicationCommand,
  CreateConfigurationProfileCommand,
  CreateHostedConfigurationVersionCommand,
  type CreateHostedConfigurationVersionCommandOutput,
  GetHostedConfigurationVersionCommand,
} from '@aws-sdk/client-appconfig'
import { expect, it } from 'vitest'
import { API, failure, MINUTE, open, poll, type Started, start } from './start.ts'

const IN_DEFAULT = { ApplicationId: 'api', ConfigurationProfileId: 'default' }
const ATTRIBUTES = {
  color: { constraints: { type: 'string', required: true, enum: ['blue', 'green'] } },
  limit: { constraints: { type: 'number', minimum: 1, maximum: 5 } },
  tags: { constraints: { type: 'array', elements: { type: 'string', pattern: '^[a-z]+$' } } },
  on: { constraints: { type: 'boolean' } },
}
const GOLD = '(eq $tier "gold")'
const REST = { name: 'rest', enabled: false }

type Detail = readonly [Constraint: string, Location: string, Value?: string, Type?: string, Reason?: string]

it.each<readonly [string, unknown, ...Detail[]]>([
  ['no JSON', '{', ['Json', '', '{', 'Invalid']],
  ['a list', [], ['Type(object)', '', '[]', 'Invalid']],
  ['no version', {}, ['Required', 'version', '']],
  ['another version', { version: '2' }, ['OneOf(1)', 'version', '2']],
  ['flags that are a list', { version: '1', flags: [] }, ['Type(object)', 'flags', '[]', 'Invalid']],
  ['a key of a flag', defined({}, 'A'), ['Regexp(^[a-z][a-zA-Z\\d_-]{0,63}$)', 'flags.A', 'A']],
  ['no name', { version: '1', flags: { f: {} } }, ['Required', 'flags.f.name', '']],
  ['a name of two lines', defined({ name: 'a\nb' }), ['Regexp(^[^\\n]{1,64}$)', 'flags.f.name', 'a\nb']],
  ['a bad timestamp', defined({ _createdAt: 'x' }), ['Timestamp', 'flags.f._createdAt', 'x', 'Invalid']],
  [
    'a deprecation',
    defined({ _deprecation: { status: 'done' } }),
    ['OneOf(planned)', 'flags.f._deprecation.status', 'done'],
  ],
  [
    'an attribute called enabled',
    attribute({ type: 'boolean' }, 'enabled'),
    ['Not(OneOf(enabled))', 'flags.f.attributes.enabled', 'enabled'],
  ],
  [
    'a key of an attribute',
    attribute({ type: 'boolean' }, '1a'),
    ['Regexp(^[a-z][a-zA-Z\\d_-]{0,63}$)', 'flags.f.attributes.1a', '1a'],
  ],
  ['26 attributes', defined({ attributes: many(26) }), ['LengthLTE(25)', 'flags.f.attributes']],
  ['no constraints', defined({ attributes: { a: {} } }), ['Required', 'flags.f.attributes.a.constraints']],
  [
    'an unknown type',
    attribute({ type: 'date' }),
    ['OneOf(number, string, array, boolean)', 'flags.f.attributes.a.constraints.type', 'date'],
  ],
  [
    'half a minimum',
    attribute({ type: 'number', minimum: 0.5 }),
    ['Type(integer)', 'flags.f.attributes.a.constraints.minimum', '0.5', 'Invalid'],
  ],
  [
    'pattern and enum',
    attribute({ type: 'string', pattern: 'a', enum: ['a'] }),
    ['OneOf(pattern, enum)', 'flags.f.attributes.a.constraints'],
  ],
  [
    'a pattern that is not RE2',
    attribute({ type: 'string', pattern: '(?=a)' }),
    ['RegexpIsValid', 'flags.f.attributes.a.constraints.pattern', '(?=a)'],
  ],
  [
    'an array without elements',
    attribute({ type: 'array' }),
    ['Required', 'flags.f.attributes.a.constraints.elements'],
  ],
  [
    'arrays in arrays',
    attribute({ type: 'array', elements: { type: 'array', elements: { type: 'string' } } }),
    ['OneOf(number, string)', 'flags.f.attributes.a.constraints.elements.type', 'array'],
  ],
  ['a value out of the enum', basic({ color: 'red' }), ['OneOf(blue, green)', 'values.f.color', 'red']],
  ['a number too small', basic({ limit: 0 }), ['FloatGTE(1)', 'values.f.limit', '0']],
  ['a number too large', basic({ limit: 6 }), ['FloatLTE(5)', 'values.f.limit', '6']],
  ['a text for a number', basic({ limit: '2' }), ['AttributeType(number)', 'values.f.limit', '2']],
  ['a text for a boolean', basic({ on: 'true' }), ['AttributeType(boolean)', 'values.f.on', 'true']],
  ['null for an attribute', basic({ limit: null }), ['AttributeType(number)', 'values.f.limit', 'null']],
  ['an element off the pattern', basic({ tags: ['BAD'] }), ['Regexp(^[a-z]+$)', 'values.f.tags.0', 'BAD']],
  ['an element of another type', basic({ tags: ['ok', 3] }), ['ElementType(string)', 'values.f.tags.1', '3']],
  [
    'an unknown attribute',
    basic({ extra: 'x' }),
    ['Satisfies(map[color limit on tags])', 'values.f.extra', '{"Key":"extra","Value":"x"}'],
  ],
  [
    'an attribute of every object',
    basic({ constructor: 'x' }),
    ['Satisfies(map[color limit on tags])', 'values.f.constructor'],
  ],
  [
    'a required attribute missing, and another wrong',
    basic({ color: undefined, enabled: false, limit: 9 }),
    ['FloatLTE(5)', 'values.f.limit', '9'],
    ['Not(IsZero([]))', 'values.f.attributes'],
    ['Entries', 'values.f.attributes.color'],
  ],
  [
    'mixed elements without definition',
    valued({ a: ['x', 1] }),
    ['ElementType(string)', 'values.f.a.1', '1'],
  ],
  ['a number for enabled', valued({ enabled: 1 }), ['Type(boolean)', 'values.f.enabled', '1', 'Invalid']],
  ['a text for enabled', valued({ enabled: 'yes' }), ['Type(boolean)', 'values.f.enabled', 'yes', 'Invalid']],
  [
    'variants beside enabled',
    valued({ enabled: true, _variants: [REST] }),
    ['StrictVariants', 'values.f._variants'],
  ],
  [
    'variants that are no list',
    valued({ _variants: {} }),
    ['Type(array)', 'values.f._variants', '{}', 'Invalid'],
  ],
  [
    'a name twice',
    variants({ ...REST, rule: GOLD }, REST),
    ['UniqueVariantNames', 'values.f._variants.variants.variants'],
  ],
  [
    'no default variant',
    variants({ ...REST, rule: GOLD }),
    ['Empty', 'values.f._variants.variants.rest.rule', GOLD],
  ],
  [
    'two default variants',
    variants({ ...REST, name: 'a' }, REST),
    ['NonEmpty', 'values.f._variants.variants.a.rule', ''],
  ],
  [
    'a variant without name and enabled',
    variants({}),
    ['Required', 'values.f._variants.0.name'],
    ['Required', 'values.f._variants.0.enabled'],
  ],
  ['a rule that is a word', rule('not-a-rule'), ...badRule('not-a-rule', 'NotAnExpression')],
  ['a rule that is a boolean', rule('true'), ...badRule('true', 'NotAnExpression')],
  ['a rule that is a key', rule('$x'), ...badRule('$x', 'NotAnExpression')],
  ['an unknown operator', rule('(ne $a 1)'), ...badRule('(ne $a 1)', 'UnknownSymbol')],
  ['too few operands', rule('(eq $a)'), ...badRule('(eq $a)', 'TooFewOperands')],
  ['a month without T', rule('(gt $date 2024-01)'), ...badRule('(gt $date 2024-01)', 'TooFewOperands')],
])('refuses %s', async (_, content, ...details) => {
  const started = await withFlags()

  const error = await failure(create(started, content))

  expect(error).toBeInstanceOf(BadRequestException)
  expect(error).toMatchObject({
    message: "Error invoking extension AppConfig Feature Flags Helper: Invalid 'Content' data",
    Reason: 'InvalidConfiguration',
  })
  expect((error as BadRequestException).Details?.InvalidConfiguration).toEqual(
    (details as Detail[]).map(([Constraint, Location, Value, Type = 'NotSatisfied', Reason]) => ({
      Constraint,
      Location,
      Type,
      Value: Value ?? expect.any(String),
      ...(Reason !== undefined && { Reason }),
    })),
  )
  expect(await failure(create(started, { version: '1' }))).toBeUndefined()
})

it.each([
  ['true', true],
  ['t', true],
  ['1', true],
  ['F', false],
  [null, false],
  [undefined, false],
])('reads enabled: %j as %j', async (enabled, meant) => {
  const started = await withFlags()

  const { Content } = await create(started, valued({ enabled }))

  expect(JSON.parse(Content?.transformToString() ?? '')).toMatchObject({ values: { f: { enabled: meant } } })
})

it('stores what it admits with its keys sorted, and nothing unknown', async () => {
  const started = await withFlags()
  const { control, clock } = started
  const stamps = timestamps(clock.now())

  await create(started, {
    version: '1',
    unknown: 1,
    values: {
      none: { _variants: [] },
      f: { tags: [], color: 'blue' },
      v: { _variants: [{ name: 'a', rule: `(and true ${GOLD})`, enabled: 't', unknown: 1 }, REST] },
    },
    flags: { f: { unknown: 1, name: '<F> & "co"', attributes: ATTRIBUTES }, without: { name: 'w' } },
  })

  const { Content } = await control.send(
    new GetHostedConfigurationVersionCommand({ ...IN_DEFAULT, VersionNumber: 1 }),
  )
  expect(Content?.transformToString()).toBe(
    `{"flags":{"f":{${stamps},"attributes":{` +
      '"color":{"constraints":{"enum":["blue","green"],"required":true,"type":"string"}},' +
      '"limit":{"constraints":{"maximum":5,"minimum":1,"type":"number"}},' +
      '"on":{"constraints":{"type":"boolean"}},' +
      '"tags":{"constraints":{"elements":{"pattern":"^[a-z]+$","type":"string"},"type":"array"}}},' +
      `"name":"\\u003cF\\u003e \\u0026 \\"co\\""},"without":{${stamps},"name":"w"}},` +
      `"values":{"f":{${stamps},"color":"blue","enabled":false,"tags":[]},"none":{${stamps},"enabled":false},` +
      `"v":{${stamps},"_variants":[{"enabled":true,"name":"a","rule":"(and true (eq $tier \\"gold\\"))"},` +
      '{"enabled":false,"name":"rest"}]}},"version":"1"}',
  )
})

it('moves _updatedAt of what has changed, and answers the version of what has not', async () => {
  const started = await withFlags()
  const { clock, local, data } = started
  const before = timestamps(clock.now())
  const flags = (enabled: unknown) => ({ version: '1', values: { f: { enabled }, g: { enabled: true } } })
  const first = await create(started, flags(true))
  clock.advance(MINUTE)

  const same = await create(started, flags('T'))
  const readBack = await create(started, first.Content?.transformToString())
  const changed = await create(started, flags(false))

  expect([same, readBack, changed].map(({ VersionNumber }) => VersionNumber)).toEqual([1, 1, 2])
  const [createdAt] = before.split(',')
  const [, updatedAt] = timestamps(clock.now()).split(',')
  expect(changed.Content?.transformToString()).toBe(
    `{"values":{"f":{${createdAt},${updatedAt},"enabled":false},"g":{${before},"enabled":true}},"version":"1"}`,
  )
  await local.deploy({ ...API, content: flags(true), versionLabel: 'on' })
  clock.advance(MINUTE)
  await local.deploy({ ...API, content: flags(false) })
  expect(await local.deploy({ ...API, content: flags(true), versionLabel: 'on' })).toMatchObject({
    versionNumber: 3,
  })
  expect((await poll(data, await open(data))).text).toBe('{"f":{"enabled":true},"g":{"enabled":true}}')
})

async function withFlags(): Promise<Started> {
  const started = await start()
  await started.control.send(new CreateApplicationCommand({ Name: 'api' }))
  await started.control.send(
    new CreateConfigurationProfileCommand({
      ApplicationId: 'api',
      Name: 'default',
      LocationUri: 'hosted',
      Type: 'AWS.AppConfig.FeatureFlags',
    }),
  )
  return started
}

function create(
  { control }: Started,
  content: unknown,
): Promise<CreateHostedConfigurationVersionCommandOutput> {
  const Content = typeof content === 'string' ? content : JSON.stringify(content)
  return control.send(
    new CreateHostedConfigurationVersionCommand({ ...IN_DEFAULT, Content, ContentType: 'application/json' }),
  )
}

function defined(definition: object, key = 'f'): object {
  return { version: '1', flags: { [key]: { name: 'F', ...definition } } }
}

function attribute(constraints: object, key = 'a'): object {
  return defined({ attributes: { [key]: { constraints } } })
}

function many(count: number): object {
  const keys = Array.from({ length: count }, (_, at) => `a${at}`)
  return Object.fromEntries(keys.map((key) => [key, { constraints: { type: 'boolean' } }]))
}

function basic(values: object): object {
  return { ...defined({ attributes: ATTRIBUTES }), ...valued({ enabled: true, color: 'blue', ...values }) }
}

function valued(value: object): object {
  return { version: '1', values: { f: value } }
}

function variants(..._variants: object[]): object {
  return valued({ _variants })
}

function rule(text: string): object {
  return variants({ name: 'a', enabled: true, rule: text }, REST)
}

function badRule(text: string, reason: string): Detail[] {
  const at = 'values.f._variants.0.rule'
  return [
    ['Empty', at, text],
    ['RuleIsValid', at, text, 'NotSatisfied', reason],
  ]
}

function timestamps(ms: number): string {
  const stamp = new Date(ms).toISOString().replace('.000Z', 'Z')
  return `"_createdAt":"${stamp}","_updatedAt":"${stamp}"`
}
