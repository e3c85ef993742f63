/**
 * Flags as the AppConfig Agent reads them from a local file: Ion text, the retrieval form of a profile with variants.
 *
 *     'checkout'::[
 *       [ (eq $tier "gold"), '''{"_variant":"oneClick","enabled":true,"limit":10}''' ],
 *       '''{"_variant":"control","enabled":false}'''
 *     ]
 *     'search'::'''{"enabled":true}'''
 *
 * What AWS sends the Agent over the wire is binary Ion with tables it has not published: that is not read here.
 *
 * Source: the AppConfig user guide, samples for the Agent's local development mode.
 *
 * @module
 */
import { checkKey, isPlainObject, JsonFreezer, type JsonObject, jsonOrUndefined } from '../json.ts'
import type { IonNode } from '../rules/ion/ion-node.ts'
import { LONGEST_VALUE, parseIonValues } from '../rules/ion/parse-ion.ts'
import { printRule } from '../rules/ion/print-rule.ts'
import { RuleError } from '../rules/rule-error.ts'
import type { Steps } from '../turns.ts'

/**
 * The flags of a text, in the form a freeform document holds them, frozen.
 *
 * @throws {Error} that names the place.
 * @throws {NotJsonError} for values that are refused.
 */
export function* readIonFlags(text: string): Steps<JsonObject> {
  const flags: Record<string, JsonObject> = {}
  const freezer = new JsonFreezer()
  freezer.count([])
  let keys = 0
  for (const node of valuesOf(text)) {
    const flag = node.annotation
    if (flag === undefined) throw new Error("a flag begins with its key, as in 'checkout'::")
    if (Object.hasOwn(flags, flag)) throw new Error(`${flag} is there twice`)
    checkKey(flag, ++keys, [])
    const value = readFlag(flag, node)
    freezer.freeze(value, [], flag)
    flags[flag] = value
    yield
  }
  return Object.freeze(flags)
}

function* valuesOf(text: string): Generator<IonNode, void> {
  try {
    yield* parseIonValues(text)
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    // Its own text shows the line, and with it what a flag holds.
    throw new Error(`it is not Ion text of flags (line ${error.line}, column ${error.column})`)
  }
}

function readFlag(flag: string, node: IonNode): JsonObject {
  if (node.type !== 'list') return readJson(flag, node)
  return { _variants: node.items.map((item, at) => readVariant(`${flag}, variant ${at}`, item)) }
}

/** The default is its content alone; any other a pair of rule and content. */
function readVariant(place: string, node: IonNode): JsonObject {
  const [rule, content, more] = node.type === 'list' ? node.items : [undefined, node]
  if (content === undefined || more !== undefined)
    throw new Error(`${place}: a rule and a content are wanted`)
  const { _variant: name = null, enabled = null, ...attributeValues } = readJson(place, content)
  return { name, enabled, attributeValues, ...(rule && { rule: printRule(rule) }) }
}

function readJson(place: string, node: IonNode): JsonObject {
  if (node.type === 'string' && node.value.length > LONGEST_VALUE)
    throw new Error(`${place}: its content has more than ${LONGEST_VALUE} characters`)
  const value = node.type === 'string' ? jsonOrUndefined(node.value) : undefined
  if (!isPlainObject(value)) throw new Error(`${place}: its content must be a JSON object in a string`)
  return value
}
