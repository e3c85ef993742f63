/**
 * Whether a merged configuration is what the schema says.
 *
 * The schema judges, it does not change anything: defaults and conversions of its own are not
 * applied, so that what is served is exactly what was deployed. A flag that is off never fails:
 * AppConfig withholds a disabled flag's attributes, and a schema must not keep a switched-off flag
 * on.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { DocumentError } from '../errors.ts'
import { isDisabledFlag } from '../flags/flag.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import { isThenable } from '../realms.ts'

/** Answers with an error where `config` is not acceptable, else with nothing. */
export type CheckConfig = (config: JsonValue) => DocumentError | undefined

/** Any schema library that speaks Standard Schema: zod, valibot, arktype and others. */
export function checkWith(schema: StandardSchemaV1 | undefined): CheckConfig {
  if (schema === undefined) return () => undefined
  return function checkConfig(config) {
    const issues = issuesOf(schema, config)
    if (issues === 'asynchronous') {
      return invalid('the schema validates asynchronously. Use one that answers at once')
    }
    const counting = issues.filter(({ path }) => !isOfDisabledFlag(config, keysOf(path)))
    if (counting.length === 0) return undefined
    // Places only: a schema's own messages quote values.
    const places = counting.map(
      ({ path }) => keysOf(path).map(String).join('.') || 'the configuration itself',
    )
    return invalid(
      `the merged configuration does not match the schema at ${[...new Set(places)].slice(0, 10).join(', ')}`,
    )
  }
}

function issuesOf(
  schema: StandardSchemaV1,
  config: JsonValue,
): readonly StandardSchemaV1.Issue[] | 'asynchronous' {
  try {
    const result = schema['~standard'].validate(config)
    if (isThenable(result)) {
      result.then(undefined, () => {})
      return 'asynchronous'
    }
    return result.issues ?? []
  } catch {
    return [{ message: 'the schema threw' }]
  }
}

function keysOf(path: StandardSchemaV1.Issue['path']): PropertyKey[] {
  return (path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment))
}

function isOfDisabledFlag(config: JsonValue, [flag]: PropertyKey[]): boolean {
  return typeof flag === 'string' && isPlainObject(config) && isDisabledFlag(ownValue(config, flag))
}

function invalid(problem: string): DocumentError {
  return new DocumentError('CONFIG_INVALID', problem)
}
