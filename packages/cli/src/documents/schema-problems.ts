/**
 * A document against a JSON Schema, as AppConfig's validators read it: draft 4, whatever `$schema` says, and
 * `format` is not checked. Words that draft 4 does not know are reported, not enforced.
 *
 * @module
 */

import type { ErrorObject } from 'ajv'
import ajvDraft4 from 'ajv-draft-04'
import { CliError } from '../failure.ts'
import { asDraft4 } from './draft-4.ts'
import { isPlainObject, type JsonValue } from './json.ts'
import type { Problem } from './problem.ts'

// CommonJS without a named export: this is where both module formats find the class.
const Ajv = ajvDraft4.default

/** A compiled schema. */
export interface CompiledSchema {
  readonly check: (document: JsonValue) => readonly Problem[]
  /** Problems of the schema itself: words in it that AppConfig ignores. */
  readonly problems: readonly Problem[]
}

/**
 * @param name of the schema's file, for messages.
 * @throws {CliError} `usage` for what is no schema.
 */
export function compileSchema(schema: JsonValue, name: string): CompiledSchema {
  if (!isPlainObject(schema)) throw new CliError('usage', `The file ${name} is no JSON Schema: no object.`)
  const { schema: known, problems } = asDraft4(schema)
  const { $schema: _, ...draft4 } = known
  try {
    const check = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false }).compile(
      draft4,
    )
    return {
      check: (document) => (check(document) ? [] : (check.errors ?? []).map(problemOfError)),
      problems,
    }
  } catch (error) {
    throw new CliError('usage', `The file ${name} is no JSON Schema of draft 4: ${(error as Error).message}.`)
  }
}

function problemOfError({
  instancePath,
  message = 'does not satisfy the schema',
  params,
  keyword,
}: ErrorObject): Problem {
  const place = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')
  if (keyword === 'additionalProperties')
    return { place, problem: `must not have a member "${params['additionalProperty']}"` }
  if (keyword === 'enum')
    return { place, problem: `must be one of ${JSON.stringify(params['allowedValues'])}` }
  return { place, problem: message }
}
