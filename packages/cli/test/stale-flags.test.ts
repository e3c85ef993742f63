import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { flagUses } from '../src/lint/flag-uses.ts'
import { runCli } from '../src/run-cli.ts'
import { flags } from './documents.ts'
import { memoryIo } from './memory-io.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stale-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

function write(files: Readonly<Record<string, string | object>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  }
}

/** What `lint --json` finds in the code: place, flag, side. */
async function lint(...args: string[]) {
  const io = memoryIo({}, () => Date.parse('2026-03-10T12:00Z'))
  const paths = args.map((arg) => (arg.startsWith('-') ? arg : join(folder, arg)))
  const code = await runCli(['lint', ...paths, '--json'], io)
  expect(io.stderr.text).toBe('')
  const findings = io.stdout.text
    .replaceAll(`${folder}/`, '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return { code, inCode: findings.filter(({ check }) => check === 'stale-flag') }
}

async function keepOf(...args: string[]): Promise<readonly unknown[]> {
  return (await lint(...args, '--code', 'src', '--stale')).inCode.map(({ keep = null }) => keep)
}

const CODE = `import { flagged, isEnabled, requireFlag } from '@appconfig-kit/express'
// flagged('featureA', oldSearch, newSearch)
const text = "flagged('featureA', a, b)"
app.get('/a', flagged('featureA', oldSearch, newSearch))
app.get('/b', flagged("featureA", { old: [check, \`\${a(1, 2)}\`], new: newSearch }))
app.get('/c', requireFlag(\`featureA\`, { status: 403 }), beta)
if (!isEnabled(req.config as Config<1, 2>, 'featureA')) send('old')
service.isEnabled('featureA')
class Controller {
  @Flag('featureA') @nest.Flagged('featureA', { old: 'searchOld' })
  search() {}
}
flagged.variants('featureA', { a, b })
variantOf(req.config, 'featureA')
flagged('featureB', oldSearch, newSearch)
`

describe('lint --stale', () => {
  it.each([
    ['on', true, 'new'],
    ['off', false, 'old'],
  ])('says which side to keep of a flag that is %s for everybody', async (state, featureA, keep) => {
    write({ 'a.json': { featureA }, 'b.yaml': `featureA: { enabled: ${featureA} }`, 'src/app.ts': CODE })

    const { code, inCode } = await lint('a.json', 'b.yaml', '--code', 'src', '--stale')

    expect(code).toBe(1)
    expect(inCode.map(({ line, column, keep: side = null }) => [line, column, side])).toEqual([
      [4, 15, keep],
      [5, 15, keep],
      [6, 15, keep],
      [7, 6, keep],
      [8, 9, keep],
      [10, 4, keep],
      [10, 27, keep],
      [13, 9, null],
      [14, 1, null],
    ])
    expect(inCode[0]).toEqual({
      file: 'src/app.ts',
      place: '',
      line: 4,
      column: 15,
      check: 'stale-flag',
      flag: 'featureA',
      keep,
      problem: `featureA is ${state} for everybody: keep the ${keep} handler`,
    })
  })

  it('says it in words, too', async () => {
    write({ 'a.json': { featureA: true }, 'src/app.js': "\nif (isEnabled(config, 'featureA')) work()" })
    const io = memoryIo()

    const code = await runCli(['lint', join(folder, 'a.json'), '--code', join(folder, 'src'), '--stale'], io)

    expect([code, io.stdout.text.replace(`${folder}/`, '')]).toEqual([
      1,
      'src/app.js:2:5: featureA is on for everybody: keep what runs while it is on (stale-flag)\n',
    ])
  })

  const variants = (...states: unknown[]) => ({
    _variants: states.map((enabled, at) => ({
      name: `v${at}`,
      enabled,
      ...(at < states.length - 1 && { rule: `(eq $a ${at})` }),
    })),
  })

  it.each([
    ['on here and off there', [{ featureA: true }, { featureA: false }], []],
    ['on here and absent there', [{ featureA: true }, { other: true }], []],
    ['on here and no flag there', [{ featureA: true }, { featureA: null }], []],
    ['off here and absent there', [{ featureA: false }, { other: true }], ['old']],
    ['variants that differ', [{ featureA: variants(true, false) }], []],
    ['variants that are all on', [{ featureA: variants(true, 'T', true) }], ['new']],
    ['variants that are all off', [{ featureA: variants(false, 'F') }], ['old']],
    ['variants switched off', [{ featureA: { ...variants(true, false), enabled: false } }], ['old']],
    ['an authored flag', [flags({ featureA: { enabled: 'true' } })], ['new']],
    ['an authored flag without a value', [flags({}, { featureA: { name: 'A' } })], ['old']],
    ['a document that is not valid', [{ featureA: true }, { featureA: { _variants: 1 } }], []],
    ['off, and a document that is not valid', [{ featureA: false }, { featureA: { _variants: 1 } }], []],
  ])('of %s', async (_, documents, sides) => {
    const files = documents.map((document, at) => [`${at}.json`, document] as const)
    write({ ...Object.fromEntries(files), 'src/app.ts': "flagged('featureA', a, b)" })

    expect(await keepOf(...files.map(([name]) => name))).toEqual(sides)
  })

  it('does not tell where a default in the code may count', async () => {
    write({
      'a.json': { featureA: false },
      'b.json': {},
      'src/app.ts': "isEnabled(c, 'featureA', { default: true }); isEnabled(c, 'featureA')",
    })

    expect(await keepOf('a.json')).toEqual(['old', 'old'])
    expect(await keepOf('a.json', 'b.json')).toEqual([null, 'old'])
  })

  it('takes the folders of the code', async () => {
    write({ 'a.json': {} })
    const io = memoryIo()
    expect(await runCli(['lint', join(folder, 'a.json'), '--stale'], io)).toBe(2)
    expect(io.stderr.text).toContain('With --stale, give the folders of the code by --code')
  })
})

describe('lint of a flag past its date', () => {
  const past = { featureA: { name: 'A', _deprecation: { status: 'planned', date: '2026-03-09' } } }
  const code = "flagged('featureA', a, b); flagged('featureB', a, b)"

  it('names the places in code and the side to keep, without being told to', async () => {
    write({
      'a.json': flags({ featureA: { enabled: true }, featureB: { enabled: true } }, past),
      'src/app.ts': code,
    })
    const { inCode } = await lint('a.json', '--code', 'src')
    expect(inCode).toMatchObject([{ flag: 'featureA', keep: 'new' }])
  })

  it('says why the side can not be told', async () => {
    write({
      'a.json': flags({ featureA: { enabled: true } }, past),
      'b.json': { featureA: false },
      'src/app.ts': code,
    })
    const { inCode } = await lint('a.json', 'b.json', '--code', 'src')
    expect(inCode).toHaveLength(1)
    expect(inCode[0].keep).toBeUndefined()
    expect(inCode[0].problem).toBe(
      `featureA is to go, and which side to keep can't be told: it is on in ${folder}/a.json and off in ${folder}/b.json`.replaceAll(
        `${folder}/`,
        '',
      ),
    )
  })
})

describe('flagUses', () => {
  const uses = (text: string) => flagUses(text).map(({ call, flag }) => `${call} ${flag}`)

  it.each([
    ['text of JSX', "const a = <p>Don't `do</p>\nflagged('x', a, b)", ['flagged x']],
    ['type parameters', "const f = <T>(a: T) => a\nflagged('x', a, b)", ['flagged x']],
    ['a regular expression', "s.replace(/'/g, ''); requireFlag('x')", ['requireFlag x']],
    ['a call inside one', "flagged('x', requireFlag('y'), b,)", ['flagged x', 'requireFlag y']],
    ['code that breaks off', "flagged('x', {", ['flagged x']],
    ['a key that is built', `flagged('x' + y, a, b); flagged(\`x\${y}\`, a); flagged(x, 'y')`, []],
    ['another function', "unflagged('x'); other.variants('x', {}); Flag('x'); toString('x')", []],
    ['another argument', "isEnabled(a, b + 'x'); requireFlag(a, 'x')", []],
  ])('reads %s', (_, text, found) => {
    expect(uses(text)).toEqual(found)
  })
})
