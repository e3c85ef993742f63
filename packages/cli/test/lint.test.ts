import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { CHECKS } from '../src/lint/lint-files.ts'
import { runCli } from '../src/run-cli.ts'
import { GENERATED_HEADER } from '../src/types/generated-header.ts'
import { flags } from './documents.ts'
import { memoryIo } from './memory-io.ts'

const TODAY = '2026-03-10T12:00Z'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

function write(files: Readonly<Record<string, string | object>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  }
}

/** Runs it with the names of files and folders as they are below the test's own folder. */
async function lint(...args: string[]) {
  const io = memoryIo({}, () => Date.parse(TODAY))
  const code = await runCli(['lint', ...args.map((arg) => (/^-/.test(arg) ? arg : join(folder, arg)))], io)
  const lines = io.stdout.text.replaceAll(`${folder}/`, '').trim().split('\n')
  return { code, lines, stderr: io.stderr.text }
}

/** The lines of what is found in one document. */
async function found(document: string | object, name = 'flags.json'): Promise<readonly string[]> {
  write({ [name]: document })
  const { code, lines } = await lint(name)
  const nothing = lines[0] === `Nothing found in ${name}.`
  expect(code).toBe(nothing ? 0 : 1)
  return nothing ? [] : lines.map((line) => line.replace(/^[^:]+:(?:\d+:\d+:)? /, ''))
}

const rules = (...texts: string[]) => ({
  _variants: [
    ...texts.map((rule, at) => ({ name: 'abcdef'[at], enabled: true, rule })),
    { name: 'z', enabled: true },
  ],
})

describe('lint', () => {
  it('finds nothing in what is meant', async () => {
    write({
      'flags.json': flags(
        { checkout: rules('(split pct::20 by::$id)', '(split pct::25 by::$id)'), basic: { enabled: true } },
        { basic: { name: 'Basic', _deprecation: { status: 'planned', date: '2026-03-10' } } },
      ),
      'free.yaml': 'limit: 1\nbeta: true\nword: "yes"\ntagged: !!str no\nyes: 1\n',
    })
    expect(await lint('flags.json')).toMatchObject({ code: 0, lines: ['Nothing found in flags.json.'] })
    expect(await lint('flags.json', 'free.yaml')).toMatchObject({
      code: 0,
      lines: ['Nothing found in 2 files.'],
    })
    expect(await lint('flags.json', '--json')).toMatchObject({ code: 0, lines: [''] })
  })

  it('prints JSON for scripts, an object a finding', async () => {
    write({ 'free.json': { checkout: rules('(in $a [])') } })
    const { code, lines } = await lint('free.json', '--json')
    expect(code).toBe(1)
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        file: expect.stringContaining('free.json'),
        place: 'checkout._variants.0',
        line: 1,
        column: 27,
        check: 'unreachable-variant',
        problem: "a can't be chosen: its rule never holds",
      },
    ])
  })

  it('says of what is not valid to validate it first, and no more', async () => {
    const wrong = { ...rules('(in $a [])'), enabled: true }
    expect(await found(flags({ checkout: wrong }))).toEqual([
      'is not valid, run appconfig-kit validate first (invalid)',
    ])
    for (const [text, name] of [
      ['{"a":', 'half.json'],
      // A depth that would end the process, were it parsed.
      ['- '.repeat(20_000), 'deep.yaml'],
    ] as const) {
      expect(await found(text, name)).toEqual(['is not valid, run appconfig-kit validate first (invalid)'])
    }
  })

  it.each([
    [['nowhere.json'], 'nowhere.json cannot be read: it does not exist'],
    [['free.json', '--code', 'nowhere'], 'There is no folder '],
    [['free.json', '--code', 'free.json'], 'There is no folder '],
  ])('%j is wrong use', async (args, says) => {
    write({ 'free.json': {} })
    const { code, lines, stderr } = await lint(...args)
    expect([code, lines]).toEqual([2, ['']])
    expect(stderr).toContain(says)
  })
})

describe('deprecated', () => {
  const deprecated = (date: unknown) =>
    flags({ old: { enabled: true } }, { old: { name: 'Old', _deprecation: { status: 'planned', date } } })

  it.each([['2026-03-09'], ['1999-12-31']])('finds a date that has passed, %s', async (date) => {
    expect(await found(deprecated(date))).toEqual([
      `flags.old._deprecation.date: old was to be gone by ${date}: remove it, or move the date (deprecated)`,
    ])
  })

  it.each([['2026-03-10'], ['2026-03-11'], [undefined]])('waits for the end of %s', async (date) => {
    expect(await found(deprecated(date))).toEqual([])
  })

  it.each([['soon'], ['2026-02-30'], ['03/09/2026'], ['2026-03-09T00:00Z'], ['']])(
    'says that %j is no date',
    async (date) => {
      expect(await found(deprecated(date))).toEqual([
        `flags.old._deprecation.date: ${JSON.stringify(date)} is no date: write YYYY-MM-DD (deprecated)`,
      ])
    },
  )
})

describe('unreachable-variant', () => {
  it.each([
    ['the same rule', ['(eq $a 1)', '(eq 1.0 $a)'], 'b', 'a above holds whenever it would'],
    [
      'a rule that always holds',
      ['(eq $b 1)', '(or (eq $a 1) (not false))', '(eq $c 1)'],
      'c',
      'b above always holds',
    ],
    ['contradiction', ['(and (eq $tier "x") (eq $tier "y"))'], 'a', 'its rule never holds'],
    [
      'several above',
      ['(eq $a 1)', '(eq $b 1)', '(eq $a 2)', '(in $a [1, 2])'],
      'd',
      'one of a, c above holds whenever it would',
    ],
    [
      'the same with a split',
      ['(eq $a 1)', '(and (eq $a 1) (split pct::10 by::$id))'],
      'b',
      'a above holds whenever it would',
    ],
  ])('finds %s', async (_, texts, name, reason) => {
    const at = 'abcdef'.indexOf(name)
    const line = `checkout._variants.${at}: ${name} can't be chosen: ${reason} (unreachable-variant)`
    expect((await found({ checkout: rules(...texts) }))[0]).toBe(line)
    expect((await found(flags({ checkout: rules(...texts) })))[0]).toBe(`values.${line}`)
  })

  it('finds a default', async () => {
    expect((await found({ checkout: rules('(or true (eq $a 1))') })).at(-1)).toBe(
      "checkout._variants.1: the default z can't be chosen: a above always holds (unreachable-variant)",
    )
  })
})

describe('split-never-matches', () => {
  it('finds a split of nobody, wherever it stands', async () => {
    const rule = '(or (eq $a 1) (and (eq $b 1) (split by::$id pct::0)))'
    expect(await found({ checkout: rules(rule, '(split pct::0 by::$id)') })).toEqual([
      'checkout._variants.0.rule: (split by::$id pct::0) takes nobody (split-never-matches)',
      'checkout._variants.1.rule: (split pct::0 by::$id) takes nobody (split-never-matches)',
    ])
  })

  it('finds splits that one above has taken whole, as AWS documents them', async () => {
    expect(
      await found(flags({ checkout: rules('(split pct::20 by::$id)', '(split pct::20 by::$id)') })),
    ).toEqual([
      "values.checkout._variants.1: b can't be chosen: a above takes all that it would (split-never-matches)",
    ])
    const texts = ['(split pct::30 by::$id seed::"s")', '(and (eq $a 1) (split seed::"s" by::$id pct::20))']
    expect(await found({ checkout: rules(...texts) })).toEqual([
      "checkout._variants.1: b can't be chosen: a above takes all that it would (split-never-matches)",
    ])
  })

  it('finds a branch of an or', async () => {
    const texts = ['(split pct::20 by::$id)', '(or (eq $a 1) (split pct::10 by::$id))']
    expect(await found({ checkout: rules(...texts) })).toEqual([
      'checkout._variants.1.rule: (split pct::10 by::$id) takes nobody: a above takes all that it would (split-never-matches)',
    ])
  })

  it('finds whatever stands below a split of all', async () => {
    expect(await found({ checkout: rules('(split pct::100 by::$id)', '(eq $id "x")') })).toEqual([
      "checkout._variants.1: b can't be chosen: a above takes all that it would (split-never-matches)",
    ])
  })

  it('finds splits that exclude each other', async () => {
    expect(
      await found({ checkout: rules('(and (split pct::10 by::$id) (not (split pct::20 by::$id)))') }),
    ).toEqual([
      "checkout._variants.0: a can't be chosen: its splits exclude each other (split-never-matches)",
    ])
  })

  it.each([
    ['more', ['(split pct::20 by::$id)', '(split pct::25 by::$id)']],
    ['another seed', ['(split pct::20 by::$id seed::"s")', '(split pct::20 by::$id)']],
    ['another value', ['(split pct::20 by::$id)', '(split pct::20 by::$tenantId)']],
    ['only some taken', ['(and (eq $a 1) (split pct::20 by::$id))', '(split pct::20 by::$id)']],
  ])('lets be %s', async (_, texts) => {
    expect(await found({ checkout: rules(...texts) })).toEqual([])
  })
})

describe('unused-flag', () => {
  const DOCUMENT = flags(
    { usedFlag: { enabled: true }, 'kebab-flag': { enabled: true } },
    { defined: { name: 'D' } },
  )
  const unused = async (...args: string[]) =>
    (await lint('flags.json', ...args)).lines.map((line) =>
      line.replace(/.*mentions (.*) \(unused-flag\)/, '$1'),
    )

  it('finds flags that no source mentions as a word', async () => {
    write({
      'flags.json': DOCUMENT,
      'src/a/b.ts': 'on(myusedFlag, usedFlag2, $usedFlag); "kebab-flag" // defined',
    })
    expect((await lint('flags.json', '--code', 'src')).lines).toEqual([
      'flags.json:1:59: values.usedFlag: no source file mentions usedFlag (unused-flag)',
    ])
    expect(await lint('flags.json')).toMatchObject({ code: 0 })
  })

  it('knows the flags of a freeform document', async () => {
    write({
      'flags.json': { limit: 1, on: true, off: false, a: { enabled: true }, b: rules(), c: { d: 1 } },
      'src/x.ts': '',
    })
    expect(await unused('--code', 'src')).toEqual(['on', 'off', 'a', 'b'])
  })

  it.each(['x.ts', 'x.vue', 'x.ejs', 'x.html', 'x.graphql', 'x.py', 'README.md', 'Makefile', 'x.blade.php'])(
    'reads %s',
    async (name) => {
      write({ 'flags.json': { beta: true }, [`src/${name}`]: 'flags.beta' })
      expect((await lint('flags.json', '--code', 'src')).code).toBe(0)
    },
  )

  it('reads only what --ext says', async () => {
    write({
      'flags.json': { a: true, b: true, c: true },
      'src/x.ts': 'a',
      'src/x.html': 'b',
      'src/xhtml': 'c',
    })
    expect(await unused('--code', 'src', '--ext=ts')).toEqual(['b', 'c'])
    expect(await unused('--code', 'src', '--ext=.ejs, html')).toEqual(['a', 'c'])
    expect(await unused('--code', 'src', '--ext=ts,html')).toEqual(['c'])
    expect(await lint('flags.json', '--code', 'src', '--ext=')).toMatchObject({ code: 2 })
    expect(await lint('flags.json', '--ext=ts')).toMatchObject({ code: 2 })
  })

  it('leaves out what is installed, built, hidden, generated or no text, and the documents', async () => {
    const elsewhere = ['node_modules', 'dist', 'build', 'coverage', '.next'].map((name) => `src/${name}/x.ts`)
    write({
      'src/flags.json': { beta: true },
      'src/flags.ts': `${GENERATED_HEADER} from flags.json\nexport interface Config { beta: boolean }\n`,
      'src/logo.bin': 'beta\u0000',
      ...Object.fromEntries(elsewhere.map((path) => [path, 'beta'])),
    })
    const from = async (...args: string[]) => (await lint('src/flags.json', ...args)).code
    expect(await from('--code', 'src')).toBe(1)
    expect(await from('--code', 'src', 'src/build')).toBe(0)
    expect(await from('--code', 'src', '--code', 'src/dist')).toBe(0)
  })

  it('follows links, once, and not into nothing', async () => {
    write({ 'flags.json': { beta: true }, 'src/a/x.ts': '', 'shared/x.ts': 'beta' })
    // Two, or the system's own limit of links would end it.
    for (const name of ['loop', 'again']) symlinkSync(join(folder, 'src'), join(folder, 'src/a', name))
    symlinkSync(join(folder, 'nowhere'), join(folder, 'src/broken.ts'))
    symlinkSync(join(folder, 'src/self'), join(folder, 'src/self'))
    expect(await unused('--code', 'src')).toEqual(['beta'])
    symlinkSync(join(folder, 'shared'), join(folder, 'src/shared'))
    expect((await lint('flags.json', '--code', 'src')).code).toBe(0)
  })
})

describe('yaml-word', () => {
  it('finds the words of YAML 1.1 among values', async () => {
    const words = ['y', 'Yes', 'ON', 'n', 'no', 'Off']
    write({ 'a.yaml': `list: [${words.join(', ')}]\n` })
    expect((await lint('a.yaml')).lines).toEqual(
      words.map((word, at) => {
        const column = 8 + words.slice(0, at).join(', ').length + (at === 0 ? 0 : 2)
        const read = at < 3
        return `a.yaml:1:${column}: list.${at}: is the text "${word}", not ${read}: write ${read}, or put it in quotes (yaml-word)`
      }),
    )
  })

  it('says what it makes of a flag', async () => {
    expect(await found('beta:\n  enabled: yes\nother: {enabled: off}\n', 'a.yml')).toEqual([
      'beta.enabled: is the text "yes", not true, so the flag is never on: write true (yaml-word)',
      'other.enabled: is the text "off", not false: write false (yaml-word)',
    ])
  })

  it('finds them even where they make a document wrong', async () => {
    expect(await found('version: "1"\nflags: {}\nvalues:\n  beta:\n    enabled: on\n', 'a.yaml')).toEqual([
      'is not valid, run appconfig-kit validate first (invalid)',
      'values.beta.enabled: is the text "on", not true, so the flag is never on: write true (yaml-word)',
    ])
  })

  it.each(['a: "yes"', "a: 'no'", 'a: !!str on', 'yes: 1', 'a: yEs', 'a: |\n  yes', 'a: yes and no', 'a: ~'])(
    'lets be %j',
    async (text) => {
      expect(await found(`${text}\n`, 'a.yaml')).toEqual([])
    },
  )

  it('lets be the same in JSON', async () => {
    expect(await found('{"a": "yes"}')).toEqual([])
  })
})

describe('duplicate-key', () => {
  it('finds keys that are there twice, which YAML refuses', async () => {
    expect(await found('{"a":{"b":1,"b":2},"a":3}', 'a.json')).toEqual([
      'a.b: is there twice, and the last one counts (duplicate-key)',
      'a: is there twice, and the last one counts (duplicate-key)',
    ])
  })
})

describe('inexact-number', () => {
  it('finds integers that become others', async () => {
    const says = 'is an integer that JavaScript reads as another number: put it in quotes (inexact-number)'
    expect(await found('{"a":[1,12345678901234567891],"b":9007199254740992}', 'a.json')).toEqual([
      `a.1: ${says}`,
    ])
    expect(await found(`a: [{b: ${'1'.repeat(300)}}]\n`, 'a.yaml')).toEqual([`a.0.b: ${says}`])
    expect(await found('a: [1, 12345678901234567891]\nb: "12345678901234567891"\n', 'a.yaml')).toEqual([
      `a.1: ${says}`,
    ])
  })
})

describe('leading-zero', () => {
  it('finds what one version of YAML takes for octal', async () => {
    expect(await found('mode: 0755\nother: "0755"\nhex: 0x1f\noctal: 0o755\nzero: 0\n', 'a.yaml')).toEqual([
      'mode: 0755 is read as the number 755: write 0o for octal, or put it in quotes (leading-zero)',
    ])
  })
})

describe('the documentation', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
  const [section = ''] = page.match(/\n## lint\n[\s\S]*?(?=\n## |$)/) ?? []

  it('knows all checks, and no others', () => {
    const documented = [...section.matchAll(/^\| `([a-z]+-?[a-z-]*)`/gm)].map(([, check]) => check)
    expect(documented).toEqual([...Object.keys(CHECKS), 'stale-flag'])
  })

  it('shows an example that prints what it says', async () => {
    const [document = '', session = ''] = [...section.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)].map(
      ([block]) => block.replace(/^ {4}/gm, '').trim(),
    )
    const [command = '', ...output] = session.split('\n')
    write({ 'flags.yaml': document, 'src/app.ts': "isEnabled(req.config, 'checkout') // and search" })
    const { code, lines } = await lint(...command.replace('$ npx appconfig-kit lint ', '').split(' '))
    expect([code, lines]).toEqual([1, output])
  })
})
