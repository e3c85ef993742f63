/**
 * All that is wrong with a plan: against its schema, and what no schema can say.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '@appconfig-kit/core/documents'
import { Ajv, type ErrorObject } from 'ajv'
import schema from '../../rollout.schema.json' with { type: 'json' }
import { reasonAgainst, reasonAgainstEnvironment, reasonAgainstText } from './refused.ts'

/** A problem and the keys that lead to it. */
export interface PlacedProblem {
  /** The keys, joined by dots; empty for the plan as a whole. */
  readonly place: string
  /** The rest of a sentence that begins with the place. */
  readonly text: string
}

const check = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false }).compile(schema)

/** Problems of a document that should be a plan, in no particular order. */
export function problemsOfPlan(document: JsonValue): readonly PlacedProblem[] {
  if (!isPlainObject(document)) return [{ place: '', text: 'is no object' }]
  const ofSchema = check(document) ? [] : (check.errors ?? []).map(problemOfError)
  const ofTexts = textsIn(document).flatMap(([place, text]) => problem(place, reasonAgainstText(text)))
  return [...ofSchema, ...ofTexts, ...(ofSchema.length > 0 ? [] : problemsOfNames(document))]
}

function problemOfError({ instancePath, keyword, params, message = 'is wrong' }: ErrorObject): PlacedProblem {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const place = path.join('.')
  if (keyword === 'additionalProperties') {
    const member = String(params['additionalProperty'])
    const reason = reasonAgainst(member)
    const at = [...path, member].join('.')
    return { place: at, text: reason === undefined ? 'is no member of a plan' : `is refused: ${reason}` }
  }
  if (keyword === 'required') return { place, text: `has no "${params['missingProperty']}"` }
  if (keyword === 'enum') return { place, text: `must be one of ${params['allowedValues'].join(', ')}` }
  if (keyword === 'pattern' && path.at(-1) === 'soak') {
    return { place, text: 'must be a duration such as 30s, 30m, 4h or 2d' }
  }
  if (keyword === 'pattern') return { place, text: 'must be a percentage such as 5% or 0.1%' }
  if (keyword === 'type' && path.at(-1) === 'strategy') {
    return { place, text: 'must be the name of a deployment strategy: strategies are defined elsewhere' }
  }
  return { place, text: message }
}

/** Waves and cells whose names clash, and cells that a rollout must leave alone. */
function problemsOfNames(document: JsonObject): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const waves = new Set<string>()
  const cells = new Set<string>()
  for (const [at, wave] of (document['waves'] as readonly JsonObject[]).entries()) {
    const name = wave['name'] as string
    if (waves.has(name)) problems.push({ place: `waves.${at}.name`, text: 'is the name of an earlier wave' })
    waves.add(name)
    const listed = wave['cells'] as readonly JsonValue[] | undefined
    for (const [index, cell] of (listed ?? [name]).entries()) {
      const place = listed === undefined ? `waves.${at}.name` : `waves.${at}.cells.${index}`
      const { application, environment } = cellNames(cell, document['application'] as string)
      const key = `${application}/${environment}`
      if (cells.has(key)) problems.push({ place, text: 'is a cell of this plan already' })
      cells.add(key)
      problems.push(...problem(place, reasonAgainstEnvironment(environment)))
    }
  }
  return problems
}

/** Application and environment of a cell in any of its forms. */
export function cellNames(
  cell: JsonValue,
  application: string,
): { readonly application: string; readonly environment: string } {
  if (typeof cell === 'string') return { application, environment: cell }
  const members = cell as JsonObject
  return {
    application: (members['application'] as string | undefined) ?? application,
    environment: members['environment'] as string,
  }
}

function textsIn(value: JsonValue, place = ''): (readonly [string, string])[] {
  if (typeof value === 'string') return [[place, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    textsIn(each as JsonValue, place === '' ? key : `${place}.${key}`),
  )
}

function problem(place: string, text: string | undefined): readonly PlacedProblem[] {
  return text === undefined ? [] : [{ place, text }]
}
