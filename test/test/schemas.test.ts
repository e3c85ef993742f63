/** The JSON Schemas of documents: what clients take they take, and what they can say of the rest they say. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createAppConfig, type JsonObject, type JsonValue, memory } from '@appconfig-kit/core'
import {
  isAuthoredFlags,
  isPlainObject,
  loadParser,
  notAnObject,
  type Problem,
  readDocument,
} from '@appconfig-kit/core/documents'
import { compileRule, murmur3Split, OPERATORS } from '@appconfig-kit/core/rules'
import { Ajv, type ValidateFunction } from 'ajv'
import { beforeAll, describe, expect, it } from 'vitest'
import { getLanguageService } from 'vscode-json-languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { DOCUMENTED_RULES } from '../../packages/core/test/rules/documented-rules.ts'
import { RULE_CASES } from '../../packages/core/test/rules/rule-cases.ts'
import { contentTypeOf, documentCorpus } from '../src/document-corpus.ts'
import { ROOT } from '../src/run.ts'

const require = createRequire(import.meta.url)
/** As an editor finds them: by the path that settings name, which is also a subpath of the package. */
const FOLDER = join(ROOT, 'packages/cli/schemas')
const schema = (name: string) => JSON.parse(readFileSync(join(FOLDER, `${name}.schema.json`), 'utf8'))

let ofDocument: ValidateFunction
let ofFlags: ValidateFunction

beforeAll(async () => {
  await loadParser({ contentType: 'application/x-yaml' })
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true })
  ajv.addSchema(schema('flags'), 'flags.schema.json')
  ofFlags = ajv.getSchema('flags.schema.json') as ValidateFunction
  ofDocument = ajv.compile(schema('document'))
})

/** What clients refuse, and a schema of this kind can't say. */
const BEYOND_A_SCHEMA = [
  // Rules that begin as one does.
  /^holds a word that is neither/,
  /^has an operator with too few operands/,
  /^is not a rule that can be read/,
  /^must be made of expressions in parentheses/,
  // What depends on the place in a list, or on another member.
  /^is missing: only the last variant has none/,
  /^must not be there: the last variant is the default/,
  /^is there twice/,
  /of its definition$/,
  /^has no definition/,
  /^is required$/,
  // Calendars, and RE2.
  /^must be a timestamp/,
  /^must be a regular expression that RE2 takes/,
]
/** Attributes that are not of the type of their definition, or too many beside what is none. */
const OF_AN_ATTRIBUTE =
  /^values\.[^. ]+ has more than 25 |^values\.[^.]+\.(?!enabled|_)(?!.*\._)|\.attributeValues\./

function isBeyond({ place, text }: Problem): boolean {
  return BEYOND_A_SCHEMA.some((known) => known.test(text)) || OF_AN_ATTRIBUTE.test(`${place} ${text}`)
}

describe('the schemas agree with clients', () => {
  const read = documentCorpus(20_260_101).map((document) => {
    const contentType = contentTypeOf(document)
    return { name: document.name, reading: () => readDocument({ body: document.body, contentType }) }
  })

  it('on all documents of the corpus', () => {
    const outcomes = { taken: 0, refused: 0, beyond: 0 }
    const wrong = read.flatMap(({ name, reading }) => {
      const { written, problems, ...rest } = reading()
      if (written === undefined) return []
      const isTaken = problems.length === 0 && notAnObject({ written, problems, ...rest }) === undefined
      if (ofDocument(written)) {
        outcomes[isTaken ? 'taken' : 'beyond']++
        if (isTaken) return []
        const unsaid = problems.find((problem) => !isBeyond(problem))
        return unsaid ? [`${name}: the schema takes it: ${unsaid.place} ${unsaid.text}`] : []
      }
      outcomes.refused++
      return isTaken ? [`${name}: the schema refuses it: ${JSON.stringify(ofDocument.errors?.[0])}`] : []
    })
    expect(wrong).toEqual([])
    expect(outcomes.taken).toBeGreaterThan(140)
    expect(outcomes.refused).toBeGreaterThan(100)
  })

  it('and the one of flags with the one of all documents', () => {
    const flags = read.map(({ reading }) => reading().written).filter((each) => isAuthored(each))
    expect(flags.length).toBeGreaterThan(200)
    for (const document of flags) expect(ofFlags(document)).toBe(ofDocument(document))
    expect(ofFlags({ version: '1', flags: {}, values: {}, $schema: 'x' })).toBe(true)
    expect([ofFlags({}), ofFlags({ a: 1 }), ofFlags([])]).toEqual([false, false, false])
  })

  it('on all rules that are documented or tested', () => {
    const rules = [...RULE_CASES, ...Object.values(DOCUMENTED_RULES).flat()]
      .map(([rule]) => rule)
      .filter(isRule)
    expect(rules.length).toBeGreaterThan(230)
    const variants = (rule: string) => [
      { name: 'a', enabled: true, rule },
      { name: 'b', enabled: false },
    ]
    for (const rule of rules) {
      expect(ofDocument({ f: { _variants: variants(rule) } }), rule).toBe(true)
      expect(ofFlags({ version: '1', values: { f: { _variants: variants(rule) } } }), rule).toBe(true)
    }
    for (const rule of ['true', '$x', 'eq $a 1'])
      expect(ofDocument({ f: { _variants: variants(rule) } }), rule).toBe(false)
  })
})

function isAuthored(document: JsonValue | undefined): boolean {
  return document !== undefined && isAuthoredFlags(document)
}

function isRule(rule: string): boolean {
  try {
    compileRule(rule, { flag: '', split: murmur3Split })
    return true
  } catch {
    return false
  }
}

it('name all operators', () => {
  const { description } = schema('flags').definitions.rule
  expect(description).toContain(`Operators: ${[...OPERATORS.keys()].join(', ')}.`)
})

describe('an editor', () => {
  it('shows what is wrong, and where', async () => {
    const service = getLanguageService({
      schemaRequestService: async (uri) => readFileSync(new URL(uri), 'utf8'),
      workspaceContext: { resolveRelativePath: (path, of) => new URL(path, of).href },
    })
    const uri = `file://${FOLDER}/document.schema.json`
    service.configure({ validate: true, schemas: [{ uri, fileMatch: ['**/appconfig/*/*/*.json'] }] })
    const problems = async (value: object) => {
      const text = JSON.stringify(value)
      const document = TextDocument.create('file:///project/appconfig/api/dev/default.json', 'json', 1, text)
      const found = await service.doValidation(document, service.parseJSONDocument(document))
      return found.map(({ range }) => text.slice(range.start.character, range.end.character))
    }
    const rules = {
      _variants: [
        { name: 'a', enabled: true, rule: '(eq $a 1)' },
        { name: 'b', enabled: 1 },
      ],
    }

    expect(await problems({ limit: 5, featureA: { enabled: 'anything' } })).toEqual([])
    expect(await problems({ checkout: rules })).toEqual(['1'])
    expect(await problems({ version: '1', flags: {}, values: { checkout: rules } })).toEqual(['1'])
    expect(
      await problems({ version: '1', flags: { f: { name: 'F' } }, values: { f: { enabled: 5 } } }),
    ).toEqual(['5'])
  })
})

it('are exported by the package', () => {
  for (const name of ['document', 'flags'])
    expect(require.resolve(`appconfig-kit/schemas/${name}.schema.json`)).toBe(
      join(FOLDER, `${name}.schema.json`),
    )
})

describe('$schema in a document', () => {
  const configOf = async (document: JsonObject) => {
    const source = memory({ default: document })
    const client = createAppConfig({ application: 'a', environment: 'e', layers: ['default'], source })
    const config = await client.resolve()
    await client.close()
    return config
  }

  it('of flags does not reach the configuration, and in another is a key like any other', async () => {
    const values = { f: { enabled: true } }
    expect(await configOf({ $schema: './x.json', version: '1', values })).toEqual(values)
    expect(await configOf({ $schema: './x.json', ...values })).toEqual({ $schema: './x.json', ...values })
  })

  it('of flags is dropped by AppConfig, too', () => {
    const body = Buffer.from('{"$schema":"./x.json","version":"1","values":{"f":{"enabled":true}}}')
    const { value } = readDocument({ body, contentType: 'application/json' })
    expect(isPlainObject(value) && Object.keys(value)).toEqual(['f'])
  })
})
