import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../src/commands/index.ts'
import { EXIT } from '../src/exit-codes.ts'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

async function run(line: string) {
  const io = memoryIo()
  const code = await runCli(line === '' ? [] : line.split(' '), io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

const PLACE = '--application api --environment prod-01'

describe('help', () => {
  it('lists every command', async () => {
    const { code, stdout, stderr } = await run('--help')

    expect([code, stderr]).toEqual([0, ''])
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  it.each(COMMANDS.map(({ name }) => name))(
    'of %s begins with what it does, and fits 100 columns',
    async (name) => {
      const { code, stdout } = await run(`${name} --help`)

      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`^Usage: appconfig-kit ${name} [^\\n]*\\n\\n[A-Z]`))
      expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
    },
  )

  it('is what a bare command answers, as wrong use', async () => {
    const { code, stdout, stderr } = await run('')

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: appconfig-kit')
  })

  it('and the documentation know the same options and exit codes', async () => {
    const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

    for (const { name } of COMMANDS) {
      const [section = ''] = page.match(new RegExp(`\n## ${name}\n[\\s\\S]*?(?=\n## |$)`)) ?? []
      const { stdout } = await run(`${name} --help`)
      const inHelp = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option)
      const inDocs = [...section.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, option]) => option)
      const shared = [
        '--application',
        '--environment',
        '--endpoint',
        '--region',
        '--timeout',
        '--json',
        '--help',
      ]
      const own = (options: (string | undefined)[]) =>
        options.filter((option) => !shared.includes(option ?? '')).sort()
      expect(own(inDocs), name).toEqual(own(inHelp))
    }
    const codes = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code))
    expect(codes).toEqual(Object.values(EXIT))
  })
})

describe('wrong arguments', () => {
  it.each([
    ['depoly', "unknown command 'depoly' (Did you mean deploy?)"],
    ['dev --foo', "unknown option '--foo'"],
    ['dev x', 'too many arguments'],
    ['dev --port 70000', 'a whole number from 0 to 65535'],
    ['dev --port 1e3', 'a whole number from 0 to 65535'],
    ['dev --speed 0', 'greater than 0'],
    ['dev --directory /there/is/no/such', 'There is no folder /there/is/no/such'],
    [`deploy ${PLACE} --profile default`, "missing required argument 'file'"],
    ['deploy x.json --environment e --profile p', "'-a, --application <name>' not specified"],
    [`deploy nothing.json ${PLACE} -p default`, 'nothing.json cannot be read: it does not exist'],
    [`deploy . ${PLACE} -p default`, 'it is a folder'],
    [`status ${PLACE} --endpoint localhost:4100`, 'a URL such as'],
    [`status ${PLACE} --deployment first`, 'a whole number'],
  ])('%s: one clear line, and exit code 2', async (line, says) => {
    const { code, stdout, stderr } = await run(line)

    expect(stderr).toContain(says)
    expect(stderr).toMatch(/^appconfig-kit: [^\n]+\n$/)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('are an object with --json', async () => {
    const { stderr } = await run(`deploy nothing.json ${PLACE} -p default --json`)

    expect(JSON.parse(stderr)).toEqual({
      error: 'usage',
      message: 'The file nothing.json cannot be read: it does not exist.',
      exitCode: 2,
    })
  })
})

it('says so where AppConfig cannot be reached', async () => {
  const { code, stderr } = await run(`status ${PLACE} --endpoint http://127.0.0.1:1`)

  expect(code).toBe(6)
  expect(stderr).toMatch(/^appconfig-kit: AppConfig could not be reached \(connect ECONNREFUSED[^\n]+\n$/)
})
