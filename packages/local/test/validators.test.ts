import {
  BadRequestException,
  CreateApplicationCommand,
  CreateConfigurationProfileCommand,
  ValidateConfigurationCommand,
  type Validator,
} from '@aws-sdk/client-appconfig'
import { expect, it } from 'vitest'
import type { LambdaValidatorEvent, LocalAppConfigOptions } from '../src/index.ts'
import { API, failure, type Started, start } from './start.ts'

const SCHEMA = JSON.stringify({
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { temperature: { type: 'number', minimum: 0, maximum: 1, exclusiveMaximum: true } },
  required: ['temperature'],
})
const IN_DEFAULT = { ApplicationId: 'api', ConfigurationProfileId: 'default' }

it('refuses to deploy what does not satisfy the schema', async () => {
  const { local, control } = await withValidator({ Type: 'JSON_SCHEMA', Content: SCHEMA })
  await local.deploy({ ...API, content: { temperature: 0.5 } })

  const deployed = await failure(local.deploy({ ...API, content: { temperature: 1 } }))
  const validated = await failure(
    control.send(new ValidateConfigurationCommand({ ...IN_DEFAULT, ConfigurationVersion: '2' })),
  )

  expect(deployed).toMatchObject({ code: 'BadRequestException' })
  expect(validated).toBeInstanceOf(BadRequestException)
  expect(validated).toMatchObject({
    Reason: 'InvalidConfiguration',
    Details: { InvalidConfiguration: [{ Constraint: 'maximum', Location: '/temperature' }] },
  })
  await control.send(new ValidateConfigurationCommand({ ...IN_DEFAULT, ConfigurationVersion: '1' }))
})

it('ignores the words of later drafts, as AWS does', async () => {
  const later = {
    properties: { mode: { const: 'a' }, list: { contains: { type: 'number' } } },
    propertyNames: { maxLength: 1 },
    if: { required: ['mode'] },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: { required: ['x'] },
  }
  const { local } = await withValidator({ Type: 'JSON_SCHEMA', Content: JSON.stringify(later) })

  expect(await local.deploy({ ...API, content: { mode: 'b', list: [] } })).toMatchObject({
    state: 'COMPLETE',
  })
})

it.each([
  ['no JSON', 'temperature: 1', SCHEMA, /not JSON/],
  ['a schema that is no JSON', '{}', '{', /^Could not build JSON schema from invalid input:/],
  ['a boolean schema', '{}', 'true', /^Could not build JSON schema from invalid input:/],
  ['a keyword of a later draft', '{}', '{"exclusiveMinimum":1}', /^Could not build JSON schema/],
  ['a schema from elsewhere', '{}', '{"$ref":"http://example.com/s"}', /^Could not build JSON schema/],
])('refuses %s', async (_, content, schema, message) => {
  const { local } = await withValidator({ Type: 'JSON_SCHEMA', Content: schema })

  const error = await failure(local.deploy({ ...API, content }))

  expect(error).toMatchObject({ code: 'BadRequestException', message: expect.stringMatching(message) })
})

it('asks the function that stands in for a Lambda function', async () => {
  const events: LambdaValidatorEvent[] = []
  const lambdaValidators = {
    'arn:aws:lambda:us-east-1:000000000000:function:check': async (event: LambdaValidatorEvent) => {
      events.push(event)
      if (Buffer.from(event.Content, 'base64').toString() === 'bad') throw new Error('too bad')
    },
  }
  const [Content = ''] = Object.keys(lambdaValidators)
  const { local } = await withValidator({ Type: 'LAMBDA', Content }, { lambdaValidators })

  await local.deploy({ ...API, content: 'good' })
  const error = await failure(local.deploy({ ...API, content: 'bad' }))

  expect(error).toMatchObject({ code: 'BadRequestException', message: expect.stringContaining('too bad') })
  expect(events).toMatchObject([
    { ConfigurationVersion: '1', Uri: 'hosted' },
    { ConfigurationVersion: '2', Uri: 'hosted' },
  ])
})

it('says so when no function stands in', async () => {
  const { local } = await withValidator({ Type: 'LAMBDA', Content: 'arn:nobody' })

  const error = await failure(local.deploy({ ...API, content: 'good' }))

  expect(error).toMatchObject({ message: expect.stringMatching(/arn:nobody.*lambdaValidators/) })
})

it('lets one of two deployments through that are validated at the same time', async () => {
  const Content = 'arn:slow'
  const lambdaValidators = { [Content]: () => new Promise<void>((resolve) => setImmediate(resolve)) }
  const { local } = await withValidator({ Type: 'LAMBDA', Content }, { lambdaValidators })
  const deploy = (content: string): Promise<unknown> =>
    failure(local.deploy({ ...API, content, strategy: 'AppConfig.AllAtOnce' }))

  const errors = await Promise.all([deploy('one'), deploy('two')])

  expect(errors).toEqual([undefined, expect.objectContaining({ code: 'ConflictException' })])
})

async function withValidator(validator: Validator, options: LocalAppConfigOptions = {}): Promise<Started> {
  const started = await start(options)
  await started.control.send(new CreateApplicationCommand({ Name: 'api' }))
  await started.control.send(
    new CreateConfigurationProfileCommand({
      ApplicationId: 'api',
      Name: 'default',
      LocationUri: 'hosted',
      Validators: [validator],
    }),
  )
  return started
}
