/**
 * Validation of merged configurations by the option `schema`.
 *
 * The schema validates and changes nothing: its defaults and conversions are not applied, so what is served
 * is exactly what was deployed. A flag that is off never fails: AppConfig withholds the attributes of a
 * disabled flag, and a schema must not keep a flag on.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isDisabledFlag } from '../flags/flag.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import { isThenable } from '../realms.ts'

/** One violation of the schema. */
export interface SchemaIssue {
  /** The keys that lead there. */
  readonly path: readonly string[]
  /** The schema's expectation at that place, if its library reports it. */
  readonly expected?: string
}

/** The violations in `config`, or the end of a sentence that says why it could not be validated. */
export type CheckConfig = (config: JsonValue) => readonly SchemaIssue[] | string

/** The check without a schema. */
export const NO_CHECK: CheckConfig = () => []

/** The check of a schema of any Standard Schema library: zod, valibot, arktype and others. */
export function checkWith(schema: StandardSchemaV1 | undefined): CheckConfig {
  if (schema === undefined) return NO_CHECK
  return function checkConfig(config) {
    const issues = issuesOf(schema, config)
    if (typeof issues === 'string') return issues
    try {
      return issues
        .map((issue) => ({ path: keysOf(issue.path).map(String), ...expectationOf(issue) }))
        .filter(({ path }) => !isOfDisabledFlag(config, path))
    } catch {
      // Composing goes on in a timer of ours, where an error would end the process.
      return NO_RESULT
    }
  }
}

const NO_RESULT =
  'gave what is no result of a Standard Schema: validate answers { value }, or { issues: [{ message, path }] }'

/** Words, and what joins them: no digits, quotes or signs of patterns. */
const EXPECTATION = /^[a-z][a-z ,|()[\]<>]{0,79}$/i

/**
 * The expectation that zod, valibot and arktype add to the standard, where it is made of words: `number`, `an
 * object`. Literals and patterns may be what a value is, so they are not told. Their messages, and what they
 * received, quote values.
 */
function expectationOf(issue: StandardSchemaV1.Issue): Pick<SchemaIssue, 'expected'> {
  try {
    const { expected } = issue as { readonly expected?: unknown }
    return typeof expected === 'string' && EXPECTATION.test(expected) ? { expected } : {}
  } catch {
    return {}
  }
}

function issuesOf(schema: StandardSchemaV1, config: JsonValue): readonly StandardSchemaV1.Issue[] | string {
  try {
    const result: unknown = schema['~standard'].validate(config)
    if (isThenable(result)) {
      result.then(undefined, () => {})
      return 'validates asynchronously. Use one that answers at once'
    }
    // One that answers `false` would refuse nothing.
    if (typeof result !== 'object' || result === null) return NO_RESULT
    const issues = (result as StandardSchemaV1.FailureResult).issues ?? []
    return Array.isArray(issues) ? issues : NO_RESULT
  } catch {
    return [{ message: 'the schema threw' }]
  }
}

function keysOf(path: StandardSchemaV1.Issue['path']): PropertyKey[] {
  return (path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment))
}

function isOfDisabledFlag(config: JsonValue, [flag]: readonly string[]): boolean {
  return flag !== undefined && isPlainObject(config) && isDisabledFlag(ownValue(config, flag))
}
