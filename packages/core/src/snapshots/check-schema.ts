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
import { isDisabledFlag } from '../flags/flag.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import { isThenable } from '../realms.ts'

/** One thing that is not what the schema says. */
export interface SchemaIssue {
  /** The keys that lead there. */
  readonly path: readonly string[]
  /** What the schema says of that place, where its library tells. */
  readonly expected?: string
}

/** What is wrong with `config`: issues, or the rest of a sentence where it could not be judged. */
export type CheckConfig = (config: JsonValue) => readonly SchemaIssue[] | string

/** Of who has no schema. */
export const NO_CHECK: CheckConfig = () => []

/** Any schema library that speaks Standard Schema: zod, valibot, arktype and others. */
export function checkWith(schema: StandardSchemaV1 | undefined): CheckConfig {
  if (schema === undefined) return NO_CHECK
  return function checkConfig(config) {
    const issues = issuesOf(schema, config)
    if (issues === 'asynchronous') return 'validates asynchronously. Use one that answers at once'
    return issues
      .map((issue) => ({ path: keysOf(issue.path).map(String), ...expectationOf(issue) }))
      .filter(({ path }) => !isOfDisabledFlag(config, path))
  }
}

const LONGEST_EXPECTATION = 80

/**
 * What zod, valibot and arktype say beside the standard: a text about the schema alone. Their messages, and what
 * they received, quote values.
 */
function expectationOf(issue: StandardSchemaV1.Issue): Pick<SchemaIssue, 'expected'> {
  try {
    const { expected } = issue as { readonly expected?: unknown }
    if (typeof expected !== 'string' || expected === '' || expected.length > LONGEST_EXPECTATION) return {}
    return { expected }
  } catch {
    return {}
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

function isOfDisabledFlag(config: JsonValue, [flag]: readonly string[]): boolean {
  return flag !== undefined && isPlainObject(config) && isDisabledFlag(ownValue(config, flag))
}
