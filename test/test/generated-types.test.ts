/** What `appconfig-kit types` writes compiles, fits what is served, and types what the adapters take. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createAppConfig, evaluateFlags, memory } from '@appconfig-kit/core'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { ROOT, run } from '../src/run.ts'

const PROGRAM = join(ROOT, 'packages/cli/bin/appconfig-kit.mjs')
/** Inside the workspace, so that packages resolve as they do for a user. */
const FOLDER = join(ROOT, 'test/node_modules/.generated-types')
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: false,
}

beforeAll(() => rmSync(FOLDER, { recursive: true, force: true }))

/** Makes types of documents in a folder of their own, and compiles code that uses them. */
async function compile(
  name: string,
  documents: Readonly<Record<string, unknown>>,
  code: string,
): Promise<string> {
  const folder = join(FOLDER, name)
  mkdirSync(folder, { recursive: true })
  for (const [file, document] of Object.entries(documents))
    writeFileSync(join(folder, file), JSON.stringify(document))
  const { stderr } = await run(
    process.execPath,
    [PROGRAM, 'types', ...Object.keys(documents), '--out', 'config.ts'],
    folder,
  )
  writeFileSync(join(folder, 'index.ts'), `import type { Config } from './config.ts'\n${code}`)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: relative(folder, join(ROOT, 'tsconfig.base.json')),
      compilerOptions: STRICT,
      files: ['index.ts', 'config.ts'],
    }),
  )
  return stderr + (await run('npx', ['tsc', '-p', folder], join(ROOT, 'test'))).stdout
}

const assigned = (name: string, value: unknown) => `export const ${name}: Config = ${JSON.stringify(value)}\n`

const DEFINITIONS = {
  checkout: {
    name: 'Checkout',
    attributes: {
      limit: { constraints: { type: 'number', required: true } },
      color: { constraints: { type: 'string', enum: ['blue', 'green'] } },
    },
  },
  pay: {
    name: 'Pay',
    attributes: { steps: { constraints: { type: 'array', elements: { type: 'number' } } } },
  },
  later: { name: 'Later' },
}
const FLAGS = {
  version: '1',
  flags: DEFINITIONS,
  values: {
    checkout: { enabled: true, limit: 5, color: 'blue' },
    pay: {
      _variants: [
        { name: 'oneClick', enabled: true, rule: '(eq $tier "gold")', attributeValues: { steps: [1] } },
        { name: 'control', enabled: false },
      ],
    },
    off: { enabled: false, limit: 1 },
  },
}

it('a flags document types what is served, req.config, and every door to flags', async () => {
  const code = `
    import { isEnabled, variantOf, type FlagKey, type VariantName } from '@appconfig-kit/core'
    import { flagged, requireFlag } from '@appconfig-kit/express'
    import type { Request, RequestHandler } from 'express'
    declare const req: Request
    declare const handler: RequestHandler
    const checkout = req.config.checkout
    export const limit: number = checkout.enabled ? checkout.limit : 0
    export const color: 'blue' | 'green' | undefined = checkout.color
    // @ts-expect-error a required attribute is there only while the flag is on
    checkout.limit satisfies number
    // @ts-expect-error it is no text
    if (checkout.enabled) checkout.limit satisfies string
    export const variant: 'oneClick' | 'control' | undefined = req.config.pay._variant
    // @ts-expect-error configurations are read only
    req.config.pay = req.config.pay
    // @ts-expect-error all the way down
    if (req.config.pay.enabled) req.config.pay.steps?.push(1)
    // @ts-expect-error it has no value, so it may be missing
    req.config.later.enabled

    export const keys: Record<FlagKey, 1> = { checkout: 1, pay: 1, later: 1, off: 1 }
    export const names: Record<VariantName<'pay'>, 1> = { oneClick: 1, control: 1 }
    isEnabled(req.config, 'later')
    variantOf(req.config, 'pay')
    flagged('off', handler, handler)
    flagged.variants('pay', { oneClick: handler, control: handler })
    // @ts-expect-error a variant is missing
    flagged.variants('pay', { oneClick: handler })
    // @ts-expect-error no such variant
    flagged.variants('pay', { oneClick: handler, control: handler, twoClicks: handler })
    // @ts-expect-error a misspelt flag
    flagged('chekout', handler, handler)
    // @ts-expect-error a misspelt flag
    isEnabled(req.config, 'chekout')
    // @ts-expect-error a misspelt flag
    requireFlag('chekout')
    `
  const served = [{}, { tier: 'gold' }].map((context) => evaluateFlags(FLAGS, context))
  expect(served[1]).toMatchObject({ pay: { _variant: 'oneClick' }, off: { enabled: false } })
  const values = served.map((value, at) => assigned(`served${at}`, value)).join('')
  expect(await compile('flags', { 'flags.json': FLAGS }, code + values)).toBe('')
}, 60_000)

it('keys that are no flags are none', async () => {
  const schema = {
    type: 'object',
    required: ['temperature', 'beta'],
    additionalProperties: true,
    properties: {
      temperature: { type: 'number' },
      beta: { type: 'object', properties: { enabled: { type: 'boolean' } }, required: ['enabled'] },
      tree: { $ref: '#/definitions/tree' },
      wide: { type: 'array', items: { oneOf: [{ $ref: '#/definitions/wide' }, { type: 'string' }] } },
      limits: { properties: { rows: { type: 'number' } }, additionalProperties: { type: 'string' } },
      either: {
        oneOf: [{ type: 'array', items: { enum: ['a', 1] } }, { allOf: [{ $ref: '#/definitions/tree' }] }],
      },
    },
    definitions: {
      wide: {
        description: 'Several lines of types.',
        properties: { first: { type: 'string', description: 'Not on one line.' } },
        allOf: [
          { oneOf: [{ properties: { second: { type: 'number', title: 'Nor this' } } }, { type: 'null' }] },
        ],
      },
      tree: {
        type: 'object',
        properties: { kids: { type: 'array', items: { $ref: '#/definitions/tree' } } },
      },
    },
  }
  const code = `
    import { isEnabled } from '@appconfig-kit/core'
    import { flagged } from '@appconfig-kit/express'
    import type { Request, RequestHandler } from 'express'
    declare const req: Request
    declare const handler: RequestHandler
    isEnabled(req.config, 'beta')
    flagged('beta', handler, handler)
    // @ts-expect-error a key, but no flag
    isEnabled(req.config, 'temperature')
    // @ts-expect-error a key, but no flag
    flagged('temperature', handler, handler)
    // @ts-expect-error no key at all
    flagged('gamma', handler, handler)
    `
  const values = assigned('value', {
    temperature: 1,
    beta: { enabled: true },
    tree: { kids: [{ kids: [] }] },
    limits: { rows: 1, other: 'x' },
    either: [1, 'a'],
    wide: ['x', { first: 'x', second: 1 }],
  })
  expect(await compile('schema', { 'a.json': schema }, code + values)).toBe('')
}, 60_000)

it('layers are typed as they are merged', async () => {
  const layers = {
    flags: FLAGS,
    limits: { limits: { rows: 1, bytes: [1] }, model: 'm', gone: 1, search: { enabled: true, size: 1 } },
    ops: {
      checkout: { enabled: false },
      limits: { rows: 'many' },
      gone: null,
      search: false,
      model: { a: null },
    },
  }
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: Object.keys(layers),
    source: memory(layers),
  })
  const config = await client.resolve(null)
  await client.close()
  expect(config).toMatchObject({ limits: { rows: 'many', bytes: [1] }, search: { enabled: false, size: 1 } })
  const documents = Object.entries(layers).map(([name, layer]) => [`${name}.json`, layer])
  const code = `
    declare const config: Config
    export const rows: string = config.limits.rows
    // @ts-expect-error a layer takes it away
    config.gone
    `
  expect(await compile('layers', Object.fromEntries(documents), code + assigned('merged', config))).toBe('')
}, 60_000)

it('whatever a document holds compiles, and fits its type', async () => {
  const odd = [
    '',
    '0',
    'a b',
    "it's",
    '*/',
    '//',
    '`${',
    'new',
    'get',
    'readonly',
    'constructor',
    'é',
    '\ud800',
  ]
  const oddKeys = Object.fromEntries(odd.map((key) => [key, { [key]: [key] }]))
  const wide = Object.fromEntries(odd.map((_, at) => [`aRatherLongKey${at}`, at]))
  const samples = fc.sample(
    fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__')),
    { numRuns: 200, seed: 7 },
  )
  const document = {
    ...oddKeys,
    wide: [wide, [[wide], 'x'], 1],
    ...Object.fromEntries(samples.map((value, at) => [`sample${at}`, value])),
  }
  const definitions = Object.fromEntries(
    odd.map((text, at) => [`flag${at}`, { name: text || 'F', description: `@ts-nocheck ${text}\n${text}` }]),
  )
  const documents = { 'odd.json': document, 'flags.json': { version: '1', flags: definitions, values: {} } }
  expect(await compile('samples', documents, assigned('value', document))).toBe('')
}, 60_000)
