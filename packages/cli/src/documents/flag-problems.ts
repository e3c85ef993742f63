/**
 * All that is wrong with the flags of a document, as the libraries see it.
 *
 * The judge is the evaluator itself; it stops at the first problem, so each flag, rule and attribute is
 * shown to it alone.
 *
 * @module
 */
import { compileRule, evaluateFlags, sha256Split } from '@appconfig-kit/core'
import { isPlainObject, type JsonObject, type JsonValue, objectAt } from './json.ts'
import { isAuthored } from './read-document.ts'

/** One problem. */
export interface Problem {
  /** Empty: the document as a whole. */
  readonly place: string
  readonly problem: string
}

const MEMBERS = ['$schema', 'version', 'flags', 'values']
const KEY = /^[a-z][a-zA-Z\d_-]{0,63}$/
const ATTRIBUTE_TYPES: readonly unknown[] = ['string', 'number', 'boolean', 'array']
/** Stands in for a rule whose problem is known already. */
const SOUND_RULE = '(and true true)'

/** The problems of a document, in its order; none for a document without flags. */
export function flagProblems(document: JsonValue): readonly Problem[] {
  if (isAuthored(document)) return authoredProblems(document)
  if (!isPlainObject(document)) return []
  return Object.entries(document).flatMap(([key, value]) =>
    isPlainObject(value) && Object.hasOwn(value, '_variants')
      ? [...ruleProblems(key, key, value), ...structureProblems(key, key, value, (flag) => flag)]
      : [],
  )
}

function authoredProblems(document: JsonObject): Problem[] {
  const problems: Problem[] = Object.keys(document)
    .filter((key) => !MEMBERS.includes(key))
    .map((place) => ({ place, problem: `is not known: a flags document has ${MEMBERS.join(', ')}` }))
  if (document['version'] !== '1') problems.push({ place: 'version', problem: 'must be the text "1"' })
  const definitions = objectAt(document, 'flags')
  for (const key of Object.keys(definitions)) problems.push(...definitionProblems(key, definitions[key]))
  for (const [key, value] of Object.entries(objectAt(document, 'values'))) {
    const place = `values.${key}`
    if (!KEY.test(key)) problems.push({ place, problem: `a flag's key matches ${KEY.source}` })
    else if (!isPlainObject(value)) problems.push({ place, problem: 'must be an object' })
    else {
      problems.push(
        ...ruleProblems(place, key, value),
        ...attributeProblems(place, objectAt(objectAt(definitions, key), 'attributes'), value),
        ...structureProblems(place, key, value, (flag) => ({
          version: '1',
          flags: {},
          values: flag,
        })),
      )
    }
  }
  return problems
}

function definitionProblems(key: string, definition: JsonValue | undefined): Problem[] {
  const place = `flags.${key}`
  if (!KEY.test(key)) return [{ place, problem: `a flag's key matches ${KEY.source}` }]
  if (!isPlainObject(definition)) return [{ place, problem: 'must be an object' }]
  return Object.entries(objectAt(definition, 'attributes')).flatMap(([name, attribute]) => {
    const at = `${place}.attributes.${name}`
    if (!KEY.test(name) || name === 'enabled')
      return [{ place: at, problem: `an attribute's key matches ${KEY.source}, and is not enabled` }]
    const constraints = isPlainObject(attribute) ? attribute['constraints'] : undefined
    if (constraints === undefined) return []
    if (!isPlainObject(constraints) || !ATTRIBUTE_TYPES.includes(constraints['type']))
      return [{ place: `${at}.constraints`, problem: `type must be one of ${ATTRIBUTE_TYPES.join(', ')}` }]
    if (constraints['pattern'] !== undefined && constraints['enum'] !== undefined)
      return [{ place: `${at}.constraints`, problem: 'must not hold pattern and enum, only one of them' }]
    return []
  })
}

function ruleProblems(place: string, flag: string, value: JsonObject): Problem[] {
  return variantsOf(value).flatMap((variant, at) => {
    const problem = ruleProblem(isPlainObject(variant) ? variant['rule'] : undefined, flag)
    return problem === undefined ? [] : [{ place: `${place}._variants.${at}.rule`, problem }]
  })
}

function ruleProblem(rule: JsonValue | undefined, flag: string): string | undefined {
  // An empty one is none, which is for the evaluator to judge.
  if (typeof rule !== 'string' || rule === '') return undefined
  try {
    compileRule(rule, { flag, split: sha256Split })
    return undefined
  } catch (error) {
    return inOneLine((error as Error).message)
  }
}

/** The text draws the spot on three lines; here an arrow stands before it. */
function inOneLine(message: string): string {
  const [, problem, text = '', indent = ''] = /^([\s\S]*)\n {2}(.*)\n {2}( *)\^$/.exec(message) ?? []
  if (problem === undefined) return message
  return `${problem.replace(/\s+/g, ' ')}: ${text.slice(0, indent.length)}-->${text.slice(indent.length)}`
}

function attributeProblems(place: string, definitions: JsonObject, value: JsonObject): Problem[] {
  const { _createdAt, _updatedAt, _variants: _, enabled, ...values } = value
  if (!Array.isArray(value['_variants'])) return attributesOf(place, definitions, values)
  return variantsOf(value).flatMap((variant, at) =>
    isPlainObject(variant)
      ? attributesOf(
          `${place}._variants.${at}.attributeValues`,
          definitions,
          objectAt(variant, 'attributeValues'),
        )
      : [],
  )
}

/** Shows the attributes to the evaluator, leaving out each it has complained about, until it is content. */
function attributesOf(place: string, definitions: JsonObject, values: JsonObject): Problem[] {
  const problems: Problem[] = []
  const names = [...new Set([...Object.keys(definitions), ...Object.keys(values)])]
  for (const name of names) {
    if (name === 'enabled' || name.startsWith('_')) continue
    const defined = Object.hasOwn(definitions, name)
    if (!defined && Object.keys(definitions).length === 0) continue
    const problem = problemOf({
      version: '1',
      flags: { flag: { attributes: defined ? { [name]: definitions[name] ?? null } : { '': {} } } },
      values: {
        flag: { enabled: true, ...(Object.hasOwn(values, name) ? { [name]: values[name] ?? null } : {}) },
      },
    })
    if (problem === undefined) continue
    const own = `values.flag.${name}`
    const text = problem.startsWith(own) ? problem.slice(own.length) : problem
    problems.push({ place: `${place}.${name}`, problem: text.replace(/^[\s:]+/, '') })
  }
  return problems
}

/** What remains to be said once rules and attributes are as they should be. */
function structureProblems(
  place: string,
  key: string,
  value: JsonObject,
  documentOf: (flag: JsonObject) => JsonValue,
): Problem[] {
  const mended = Array.isArray(value['_variants'])
    ? { ...value, _variants: variantsOf(value).map((variant) => mend(variant, key)) }
    : value
  const problem = problemOf(documentOf({ [key]: mended }))
  if (problem === undefined) return []
  const known = [`values.${key}`, key].find((prefix) => problem.startsWith(prefix)) ?? ''
  const [, below = '', text = problem] =
    /^((?:\.[^\s:.]+)*)[\s:]+([\s\S]*)$/.exec(problem.slice(known.length)) ?? []
  return [{ place: `${place}${below}`, problem: text }]
}

function mend(variant: JsonValue, flag: string): JsonValue {
  if (!isPlainObject(variant) || ruleProblem(variant['rule'], flag) === undefined) return variant
  return { ...variant, rule: SOUND_RULE }
}

function variantsOf(value: JsonObject): readonly JsonValue[] {
  return Array.isArray(value['_variants']) ? (value['_variants'] as readonly JsonValue[]) : []
}

function problemOf(document: JsonValue): string | undefined {
  try {
    evaluateFlags(document, {})
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
