/**
 * A profile's validators, run when a version is validated or deployed.
 *
 * JSON_SCHEMA is draft 4, whatever `$schema` says, because that is how AppConfig reads it. A
 * schema is not looked at before it is used, as in AWS. `format` is not checked. LAMBDA validators
 * are functions the caller supplies.
 *
 * @module
 */

import type { ValidateFunction } from 'ajv'
import ajvDraft4 from 'ajv-draft-04'
import { badRequest, messageOf, notFound } from '../errors.ts'
import type { State } from '../store/state.ts'
import type { HostedVersion, Profile, Validator } from './entities.ts'
import { findVersion } from './hosted-versions.ts'
import { type Members, text } from './members.ts'
import { getProfile } from './profiles.ts'

// CommonJS without a named export: this is where both module formats find the class.
const Ajv = ajvDraft4.default

/** Words of later drafts that the library knows all the same. AppConfig was seen to ignore them. */
const LATER_WORDS = ['const', 'contains', 'else', 'if', 'propertyNames', 'then']

interface Complaint {
  readonly Constraint: string
  readonly Location: string
  readonly Reason: string
  readonly Type: string
}

/** The ValidateConfiguration operation. */
export async function validateConfiguration(state: State, members: Members): Promise<void> {
  const profile = getProfile(state, members)
  const wanted = text(members, 'ConfigurationVersion', { min: 1, max: 1024 })
  const version = findVersion(state, profile, wanted)
  if (!version) throw notFound('Hosted configuration version', wanted)
  await validateVersion(state, profile, version)
}

/**
 * Passes if every validator of the profile does.
 *
 * @throws {AppConfigServiceError} `BadRequestException` with the reasons.
 */
export async function validateVersion(state: State, profile: Profile, version: HostedVersion): Promise<void> {
  for (const validator of profile.Validators) {
    if (validator.Type === 'JSON_SCHEMA') checkSchema(validator, version)
    else await checkLambda(state, profile, version, validator)
  }
}

function checkSchema({ Content }: Validator, { contentBase64 }: HostedVersion): void {
  const check = compile(Content)
  const content = parseJson(Buffer.from(contentBase64, 'base64').toString(), (reason) => [
    { Constraint: 'Json', Location: '', Reason: reason, Type: 'Invalid' },
  ])
  if (check(content)) return
  const complaints = (check.errors ?? []).map((error) => ({
    Constraint: error.keyword,
    Location: error.instancePath,
    Reason: error.message ?? 'does not satisfy the schema',
    Type: 'NotSatisfied',
  }))
  throw invalidConfiguration('The configuration does not satisfy the JSON schema', complaints)
}

function compile(schemaText: string): ValidateFunction {
  try {
    const schema: unknown = JSON.parse(schemaText)
    if (typeof schema !== 'object' || schema === null) throw new TypeError('a draft-4 schema is an object')
    const { $schema: _, ...draft4 } = schema as Record<string, unknown>
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false })
    for (const word of LATER_WORDS) ajv.removeKeyword(word)
    return ajv.compile(draft4)
  } catch (cause) {
    throw badRequest(`Could not build JSON schema from invalid input: ${messageOf(cause)}`)
  }
}

async function checkLambda(
  state: State,
  { LocationUri }: Profile,
  version: HostedVersion,
  { Content: arn }: Validator,
): Promise<void> {
  const validator = state.settings.lambdaValidators[arn]
  if (!validator) {
    throw badRequest(`No function stands in for ${arn}: give it to startLocalAppConfig as lambdaValidators.`)
  }
  try {
    await validator({
      ApplicationId: version.ApplicationId,
      ConfigurationProfileId: version.ConfigurationProfileId,
      ConfigurationVersion: String(version.VersionNumber),
      Content: version.contentBase64,
      Uri: LocationUri,
    })
  } catch (cause) {
    const complaint = { Constraint: 'Lambda', Location: '', Reason: messageOf(cause), Type: 'NotSatisfied' }
    throw invalidConfiguration(`The configuration was refused by ${arn}`, [complaint])
  }
}

function parseJson(json: string, complaintsOf: (reason: string) => Complaint[]): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw invalidConfiguration('The configuration is not JSON', complaintsOf(messageOf(cause)))
  }
}

function invalidConfiguration(message: string, complaints: readonly Complaint[]): Error {
  const first = complaints[0]
  const reason = first ? `: ${`${first.Location} ${first.Reason}`.trim()}` : ''
  return badRequest(`${message}${reason}.`, {
    Reason: 'InvalidConfiguration',
    Details: { InvalidConfiguration: complaints },
  })
}
